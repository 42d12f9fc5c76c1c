//! The catalogue of diagnostic codes.
//!
//! One module an area, so that a reader finds the codes of what it works on together. A code is
//! never renamed once released: carriers' data-quality reports count them over years.

/// Declares the codes of one area as constants, and the list of them all.
macro_rules! codes {
    ($($kind:ident $name:ident = $slug:literal: $help:literal;)*) => {
        $(
            #[doc = concat!("`", $slug, "`; its page is `docs/errors/", $slug, ".md`.")]
            pub static $name: crate::Code = crate::Code::$kind($slug, $help);
        )*
        /// Every code of this area.
        pub(super) static ALL: &[&crate::Code] = &[$(&$name),*];
    };
}

pub mod api;
pub mod lists;
pub mod mandate;
pub mod pnr;
pub mod syntax;

/// Every code there is.
pub fn all() -> impl Iterator<Item = &'static crate::Code> {
    [syntax::ALL, api::ALL, lists::ALL, mandate::ALL, pnr::ALL]
        .into_iter()
        .flatten()
        .copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_code_has_a_page_and_every_page_a_code() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
        let pages: BTreeSet<String> = std::fs::read_dir(&folder)
            .expect("docs/errors is there")
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".md").map(str::to_owned))
            .filter(|name| name != "README")
            .collect();
        let codes: BTreeSet<String> = super::all().map(|c| c.slug.to_owned()).collect();
        assert_eq!(
            codes.difference(&pages).collect::<Vec<_>>(),
            Vec::<&String>::new(),
            "codes without a page in docs/errors"
        );
        assert_eq!(
            pages.difference(&codes).collect::<Vec<_>>(),
            Vec::<&String>::new(),
            "pages in docs/errors without a code"
        );
        assert_eq!(super::all().count(), codes.len(), "two codes share a slug");
    }
}
