-- What a change of a list would do, before anybody agrees to it. It is worked out by a look-back that
-- raises nothing (`run`, of the cause `preview`), and holds numbers only. `version` 0: the list goes
-- out of force; `against` 0: nothing of it was in force. `state`: computing, done, overtaken.
-- `now_`: on flights of today and later; `past_`: everybody else who is held.
CREATE TABLE list_impact (
    run BLOB NOT NULL PRIMARY KEY REFERENCES lookback_run (id),
    agency INTEGER NOT NULL REFERENCES agency (number),
    mandate INTEGER NOT NULL REFERENCES mandate (number),
    list TEXT NOT NULL,
    version INTEGER NOT NULL,
    against INTEGER NOT NULL,
    state TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    done_at INTEGER,
    concerns TEXT NOT NULL,
    added INTEGER NOT NULL,
    removed INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    marked INTEGER NOT NULL,
    restored INTEGER NOT NULL,
    now_travellers INTEGER NOT NULL,
    now_alert INTEGER NOT NULL,
    now_review INTEGER NOT NULL,
    now_cleared INTEGER NOT NULL,
    now_reviewed_again INTEGER NOT NULL,
    now_lapsed INTEGER NOT NULL,
    past_travellers INTEGER NOT NULL,
    past_alert INTEGER NOT NULL,
    past_review INTEGER NOT NULL,
    past_cleared INTEGER NOT NULL,
    past_reviewed_again INTEGER NOT NULL,
    past_lapsed INTEGER NOT NULL
) STRICT;

CREATE INDEX list_impact_of ON list_impact (agency, list, version, asked_at);
