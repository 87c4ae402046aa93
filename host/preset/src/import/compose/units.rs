//! Durations, sizes, and scalars that YAML reads as more than one type.

use serde_json::Value;

/// A scalar as text.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(it) => Some(it.clone()),
        Value::Number(it) => Some(it.to_string()),
        Value::Bool(it) => Some(it.to_string()),
        _ => None,
    }
}

/// `1m30s` in seconds, rounded up.
pub(super) fn seconds(text: &str) -> Option<u32> {
    let mut total = 0.0_f64;
    let mut rest = text.trim();
    if let Ok(number) = rest.parse::<f64>() {
        return whole(number);
    }
    while !rest.is_empty() {
        let end = rest.find(|it: char| !(it.is_ascii_digit() || it == '.'))?;
        let number: f64 = rest[..end].parse().ok()?;
        let unit = &rest[end..];
        let length = unit.find(|it: char| it.is_ascii_digit()).unwrap_or(unit.len());
        total += number
            * match &unit[..length] {
                "us" | "µs" => 0.000_001,
                "ms" => 0.001,
                "s" => 1.0,
                "m" => 60.0,
                "h" => 3600.0,
                "d" => 86_400.0,
                _ => return None,
            };
        rest = &unit[length..];
    }
    whole(total)
}

/// `512m` or a number of bytes in MiB, rounded up.
pub(super) fn mebibytes(text: &str) -> Option<u32> {
    let lower = text.trim().to_ascii_lowercase();
    let end = lower.find(|it: char| !(it.is_ascii_digit() || it == '.')).unwrap_or(lower.len());
    let number: f64 = lower[..end].parse().ok()?;
    let bytes = number
        * match &lower[end..] {
            "" | "b" => 1.0,
            "k" | "kb" | "ki" | "kib" => 1024.0,
            "m" | "mb" | "mi" | "mib" => 1_048_576.0,
            "g" | "gb" | "gi" | "gib" => 1_073_741_824.0,
            _ => return None,
        };
    whole(bytes / 1_048_576.0)
}

/// `0.5` processors in thousandths.
pub(super) fn millicores(text: &str) -> Option<u32> {
    text.trim().parse::<f64>().ok().and_then(|it| whole(it * 1000.0))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded before")]
fn whole(number: f64) -> Option<u32> {
    let up = number.ceil();
    (0.0..=f64::from(u32::MAX)).contains(&up).then_some(up as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_sizes_are_read_as_compose_writes_them() {
        assert_eq!(seconds("1m30s"), Some(90));
        assert_eq!(seconds("250ms"), Some(1));
        assert_eq!(seconds("10x"), None);
        assert_eq!(mebibytes("1.5g"), Some(1536));
        assert_eq!(mebibytes("1000"), Some(1));
        assert_eq!(mebibytes("lots"), None);
        assert_eq!(millicores("0.25"), Some(250));
    }
}
