//! Schemas made ready to check values against: to make one ready computes for a hundred times as long as to check values against it.

use std::sync::{Arc, Mutex, PoisonError};

use jsonschema::{PatternOptions, Validator};
use serde_json::Value;

use super::BadSchema;

/// So many are kept, the last that were used: whoever deploys many apps has few blueprints.
const KEPT: usize = 8;
/// A form of people has far fewer patterns, each far smaller; a schema is a plugin's, and a pattern of some letters may take megabytes.
const PATTERNS: usize = 100;
const PATTERN_BYTES: usize = 4 << 20;
/// One with more is made ready each time, so that what is kept stays small.
const KEPT_PATTERNS: usize = 10;

static KEEPER: Keeper = Keeper(Mutex::new(Vec::new()));

/// The schema made ready, now or lately.
pub fn validator(schema: &Value) -> Result<Arc<Validator>, BadSchema> {
    KEEPER.validator(schema)
}

/// Those that were used last come last.
struct Keeper(Mutex<Vec<(Value, Arc<Validator>)>>);

impl Keeper {
    fn validator(&self, schema: &Value) -> Result<Arc<Validator>, BadSchema> {
        if let Some(found) = self.take_up(schema) {
            return Ok(found);
        }
        let patterns = patterns(schema);
        if patterns > PATTERNS {
            return Err(BadSchema(format!("it has {patterns} patterns; {PATTERNS} are the most")));
        }
        let made = Arc::new(make(schema)?);
        if patterns <= KEPT_PATTERNS {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() == KEPT {
                kept.remove(0);
            }
            kept.push((schema.clone(), Arc::clone(&made)));
        }
        Ok(made)
    }

    fn take_up(&self, schema: &Value) -> Option<Arc<Validator>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(known, _)| known == schema)?;
        kept[at..].rotate_left(1);
        kept.last().map(|(_, found)| Arc::clone(found))
    }
}

fn make(schema: &Value) -> Result<Validator, BadSchema> {
    let limits =
        PatternOptions::fancy_regex().size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_BYTES);
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .with_pattern_options(limits)
        .build(schema)
        .map_err(|error| BadSchema(error.to_string()))
}

/// How many there are, at most: what a default or an example calls so is counted as well.
fn patterns(schema: &Value) -> usize {
    match schema {
        Value::Object(map) => {
            let own = usize::from(map.get("pattern").is_some_and(Value::is_string));
            let of_names = map.get("patternProperties").and_then(Value::as_object);
            let below: usize = map.values().map(patterns).sum();
            own + of_names.map_or(0, serde_json::Map::len) + below
        }
        Value::Array(list) => list.iter().map(patterns).sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with(patterns: usize, number: usize) -> Value {
        let each = (0..patterns).map(|it| (format!("p{it}"), json!({"pattern": "^[a-z]+$"})));
        json!({"title": number.to_string(), "properties": each.collect::<serde_json::Map<_, _>>()})
    }

    #[test]
    fn the_last_that_were_used_are_kept() {
        let keeper = Keeper(Mutex::default());
        let first = keeper.validator(&with(1, 0)).unwrap();
        for number in 1..=KEPT {
            keeper.validator(&with(1, number)).unwrap();
            // Used each time, it is never the one that was used the longest ago.
            assert!(Arc::ptr_eq(&first, &keeper.validator(&with(1, 0)).unwrap()), "{number}");
        }
        assert_eq!(keeper.0.lock().unwrap().len(), KEPT);
        assert!(keeper.take_up(&with(1, 1)).is_none(), "it had to make room");
        assert!(keeper.take_up(&with(1, 2)).is_some());
    }

    #[test]
    fn what_would_take_much_room_is_not_kept_or_refused() {
        let keeper = Keeper(Mutex::default());
        keeper.validator(&with(KEPT_PATTERNS + 1, 0)).unwrap();
        assert!(keeper.0.lock().unwrap().is_empty());
        let refused = keeper.validator(&with(PATTERNS + 1, 0)).unwrap_err();
        assert_eq!(refused.0, "it has 101 patterns; 100 are the most");
        let long = json!({"properties": {"name": {"pattern": r"^[\p{L}\d ._-]{1,64}$"}}});
        keeper.validator(&long).unwrap();
        let huge = json!({"patternProperties": {r"^(\p{L}{1,64}){1,9}$": {}}});
        let refused = keeper.validator(&huge).unwrap_err();
        assert!(
            refused.0.contains("patternProperties") || refused.0.contains("regex"),
            "{}",
            refused.0
        );
    }
}
