//! Kubernetes quantities (`500m`, `1.5Gi`, `1e3`), and the one form in which the API server writes them.
//!
//! The rules are those of `k8s.io/apimachinery/pkg/api/resource`: no fraction, no lost precision down to 10⁻⁹, the
//! largest unit that fits, and the family of units (decimal, binary, exponent) that the author chose.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

/// An amount, exact to 10⁻⁹.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    nano: i128,
    family: Family,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Decimal,
    Binary,
    Exponent,
}

/// A text that is no quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is no quantity such as 500m, 1 or 64Mi")]
pub struct Malformed;

const NANO: i128 = 1_000_000_000;
const DECIMAL: [(&str, i32); 10] = [
    ("n", -9),
    ("u", -6),
    ("m", -3),
    ("", 0),
    ("k", 3),
    ("M", 6),
    ("G", 9),
    ("T", 12),
    ("P", 15),
    ("E", 18),
];
const BINARY: [&str; 6] = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

impl Quantity {
    /// Whole units, rounded up: bytes of memory, say.
    pub fn ceil(self) -> i128 {
        div_away(self.nano, NANO)
    }

    /// Thousandths, rounded up: millicores.
    pub fn milli(self) -> i128 {
        div_away(self.nano, NANO / 1000)
    }
}

impl FromStr for Quantity {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let end = text.find(|it: char| it.is_ascii_alphabetic()).unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let (sign, number) = match number.split_at_checked(1) {
            Some(("-", rest)) => (-1, rest),
            Some(("+", rest)) => (1, rest),
            _ => (1, number),
        };
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let digits = [whole, part].concat();
        let is_number = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
        let mantissa: i128 = digits.parse().ok().filter(|_| is_number).ok_or(Malformed)?;
        let places = i32::try_from(part.len()).map_err(|_| Malformed)?;
        let (family, nano) = if let Some(index) = BINARY.iter().position(|it| *it == unit) {
            let factor = NANO << (10 * (index + 1));
            let scaled = mantissa.checked_mul(factor).ok_or(Malformed)?;
            (Family::Binary, shift(scaled, -places)?)
        } else if let Some((_, exponent)) = DECIMAL.iter().find(|(name, _)| *name == unit) {
            (Family::Decimal, shift(mantissa, exponent + 9 - places)?)
        } else {
            let exponent = unit.strip_prefix(['e', 'E']).and_then(|it| it.parse::<i32>().ok());
            let exponent = exponent.filter(|it| it.unsigned_abs() < 64).ok_or(Malformed)?;
            (Family::Exponent, shift(mantissa, exponent + 9 - places)?)
        };
        Ok(Self { nano: sign * nano, family })
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Below one kibi there is no binary unit, and the decimal form is the exact one.
        let is_small = self.nano.abs() < 1024 * NANO;
        match self.family {
            Family::Binary if !is_small => {
                let (mut number, mut unit) = (self.ceil(), "");
                for larger in BINARY {
                    if number % 1024 != 0 {
                        break;
                    }
                    (number, unit) = (number / 1024, larger);
                }
                write!(f, "{number}{unit}")
            }
            family => {
                let (mut number, mut index) = (self.nano, 0);
                if number == 0 {
                    return f.write_str("0");
                }
                while number % 1000 == 0 && index + 1 < DECIMAL.len() {
                    (number, index) = (number / 1000, index + 1);
                }
                match (family, DECIMAL[index]) {
                    (Family::Exponent, (_, exponent)) if exponent != 0 => {
                        write!(f, "{number}e{exponent}")
                    }
                    (_, (unit, _)) => write!(f, "{number}{unit}"),
                }
            }
        }
    }
}

/// Multiplies by a power of ten; of digits that fall off, the last is rounded away from zero.
fn shift(number: i128, exponent: i32) -> Result<i128, Malformed> {
    let power = 10_i128.checked_pow(exponent.unsigned_abs());
    match power {
        Some(power) if exponent >= 0 => number.checked_mul(power).ok_or(Malformed),
        Some(power) => Ok(div_away(number, power)),
        None if number == 0 => Ok(0),
        None => Err(Malformed),
    }
}

fn div_away(number: i128, by: i128) -> i128 {
    let rest = number % by;
    number / by + if rest == 0 { 0 } else { rest.signum() }
}

/// Writes the quantities of an object's built-in fields as the API server does; leaves alone what is none.
pub fn canonicalise(value: &mut Value) {
    const MAPS: [&str; 5] = ["limits", "requests", "capacity", "hard", "allocatable"];
    const FIELDS: [&str; 2] = ["sizeLimit", "averageValue"];
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::Object(map) if MAPS.contains(&key.as_str()) => {
                        map.values_mut().for_each(one);
                    }
                    value if FIELDS.contains(&key.as_str()) => one(value),
                    value => canonicalise(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(canonicalise),
        _ => {}
    }
}

fn one(value: &mut Value) {
    let text = match &*value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return,
    };
    if let Ok(quantity) = text.parse::<Quantity>() {
        *value = Value::String(quantity.to_string());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_form_is_that_of_the_api_server() {
        // From the table and the comments of apimachinery's quantity_test.go and quantity.go.
        for (text, canonical) in [
            ("0", "0"),
            ("0Gi", "0"),
            ("1024Mi", "1Gi"),
            ("1.5Gi", "1536Mi"),
            ("1.5", "1500m"),
            ("0.5", "500m"),
            ("1000m", "1"),
            ("1000", "1k"),
            ("100Ki", "100Ki"),
            ("512", "512"),
            ("0.5Ki", "512"),
            ("1000000k", "1G"),
            ("1e3", "1e3"),
            ("1E6", "1e6"),
            ("12e5", "1200e3"),
            ("-1.5", "-1500m"),
            ("+1", "1"),
            ("0.0000000001", "1n"),
            ("64Mi", "64Mi"),
            (".5", "500m"),
            ("5.", "5"),
        ] {
            assert_eq!(text.parse::<Quantity>().unwrap().to_string(), canonical, "{text}");
        }
    }

    #[test]
    fn other_texts_are_none() {
        for text in
            ["", "-", "lots", "1mi", "Mi", "1 Gi", "1,5", "ten", "1e", "0x10", "1.2.3", "NaN"]
        {
            assert_eq!(text.parse::<Quantity>(), Err(Malformed), "{text}");
        }
    }

    #[test]
    fn an_exponent_beyond_measure_is_none() {
        for text in ["1e-2147483648", "1e2147483647", "1e-64", "1e64", "0e-2147483648"] {
            assert_eq!(text.parse::<Quantity>(), Err(Malformed), "{text}");
        }
    }

    #[test]
    fn amounts_are_rounded_up() {
        let quantity = |text: &str| text.parse::<Quantity>().unwrap();
        for (text, bytes) in
            [("128Mi", 128 << 20), ("1.5Gi", 3 << 29), ("64M", 64_000_000), ("1000", 1000)]
        {
            assert_eq!(quantity(text).ceil(), bytes, "{text}");
        }
        assert_eq!(quantity("1.5Ki").ceil(), 1536);
        assert_eq!(quantity("1500m").ceil(), 2);
        assert_eq!(quantity("123456n").milli(), 1);
        assert_eq!(quantity("250m").milli(), 250);
        assert_eq!(quantity("2").milli(), 2000);
    }

    #[test]
    fn only_quantities_are_written_anew() {
        let mut object = json!({"data": {"limits": "1024Mi"}, "metadata": {"labels": {"a": "1000m"}},
            "resources": {"limits": {"cpu": 1, "memory": "1024Mi", "x": "what"}}, "sizeLimit": "1024Ki"});
        canonicalise(&mut object);
        let wanted = json!({"data": {"limits": "1024Mi"}, "metadata": {"labels": {"a": "1000m"}},
            "resources": {"limits": {"cpu": "1", "memory": "1Gi", "x": "what"}}, "sizeLimit": "1Mi"});
        assert_eq!(object, wanted);
    }
}
