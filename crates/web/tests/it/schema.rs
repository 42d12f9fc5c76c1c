//! Whether JSON fits a schema of the description: as much of JSON Schema as it uses.

use serde_json::Value;

/// A schema, with what it refers to.
pub(crate) fn resolved<'a>(api: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => resolved(api, api.pointer(reference.trim_start_matches('#')).unwrap()),
        None => schema,
    }
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("a type that is not known here: {other}"),
    }
}

/// Whether `value` fits; otherwise where it does not. Fields must be described.
pub(crate) fn fits(api: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    fits_as(api, schema, value, true)
}

fn fits_as(api: &Value, schema: &Value, value: &Value, is_whole: bool) -> Result<(), String> {
    let schema = resolved(api, schema);
    if let Some(ways) = schema
        .get("oneOf")
        .or(schema.get("anyOf"))
        .and_then(Value::as_array)
    {
        let fitting = ways
            .iter()
            .filter(|way| fits(api, way, value).is_ok())
            .count();
        return if fitting > 0 {
            Ok(())
        } else {
            Err(format!("{value} fits nothing of {schema}"))
        };
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return parts
            .iter()
            .try_for_each(|part| fits_as(api, part, value, false));
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !kinds.is_empty() && !kinds.iter().any(|kind| is_of(kind, value)) {
        return Err(format!("{value} is no {kinds:?}"));
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        return Err(format!("{value} is none of {words:?}"));
    }
    if let (Some(least), Some(number)) = (schema["minimum"].as_f64(), value.as_f64())
        && number < least
    {
        return Err(format!("{number} is less than {least}"));
    }
    for item in value.as_array().into_iter().flatten() {
        fits(api, &schema["items"], item)?;
    }
    let Some(fields) = value.as_object() else {
        return Ok(());
    };
    for name in schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        if !fields.contains_key(name) {
            return Err(format!("{name} is missing"));
        }
    }
    for (name, field) in fields {
        match schema["properties"].get(name) {
            Some(inner) => fits(api, inner, field).map_err(|why| format!("{name}: {why}"))?,
            // A field that nobody has described, unless fields are free.
            None if schema["additionalProperties"] == false
                || is_whole
                    && schema["properties"].is_object()
                    && schema["additionalProperties"].is_null() =>
            {
                return Err(format!("{name} is not described"));
            }
            None => {}
        }
    }
    Ok(())
}

#[test]
fn what_takes_no_more_fields_is_no_part_of_something_with_more() {
    let whole = |extra: serde_json::Value| {
        let mut api = serde_json::json!({"components": {"schemas": {"Part": {"type": "object",
            "properties": {"x": {"type": "integer"}}}}}});
        api["components"]["schemas"]["Part"]["additionalProperties"] = extra;
        let schema = serde_json::json!({"allOf": [{"$ref": "#/components/schemas/Part"},
            {"type": "object", "properties": {"y": {"type": "integer"}}}]});
        fits(&api, &schema, &serde_json::json!({"x": 1, "y": 2}))
    };
    assert_eq!(whole(Value::Null), Ok(()));
    assert!(whole(Value::Bool(false)).is_err());
}

#[test]
fn what_does_not_fit_is_found() {
    let api = serde_json::json!({"components": {"schemas": {"A": {"type": "object",
        "required": ["x"], "properties": {"x": {"type": "integer", "minimum": 0},
        "y": {"oneOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]}}}}}});
    let schema = serde_json::json!({"$ref": "#/components/schemas/A"});
    let fitting = [
        r#"{"x": 1}"#,
        r#"{"x": 0, "y": {"x": 2}}"#,
        r#"{"x": 0, "y": null}"#,
    ];
    let others = [
        "[]",
        "{}",
        r#"{"x": -1}"#,
        r#"{"x": 1, "y": 2}"#,
        r#"{"x": 1, "z": 2}"#,
    ];
    for text in fitting {
        assert_eq!(
            fits(&api, &schema, &serde_json::from_str(text).unwrap()),
            Ok(()),
            "{text}"
        );
    }
    for text in others {
        assert!(
            fits(&api, &schema, &serde_json::from_str(text).unwrap()).is_err(),
            "{text}"
        );
    }
}
