//! What is printed: data on standard output, everything else on standard error.

use clap::ValueEnum;
use serde::Serialize;

/// In which form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people; may change.
    #[default]
    Table,
    /// More columns.
    Wide,
    /// For programs: the API's own form.
    Json,
    /// The same as YAML.
    Yaml,
    /// Names alone.
    Name,
}

/// A row of a table.
pub struct Row {
    pub name: String,
    pub cells: Vec<String>,
    /// Cells of the wide form.
    pub more: Vec<String>,
}

/// Prints things as asked for.
pub fn list<T: Serialize>(
    format: Format,
    headings: (&[&str], &[&str]),
    items: &[T],
    row: impl Fn(&T) -> Row,
) {
    match format {
        Format::Json => json(&items),
        Format::Yaml => yaml(&items),
        Format::Name => items.iter().for_each(|it| println!("{}", row(it).name)),
        Format::Table | Format::Wide => {
            let wide = format == Format::Wide;
            let mut lines: Vec<Vec<String>> = Vec::new();
            let mut heading: Vec<&str> = headings.0.to_vec();
            if wide {
                heading.extend(headings.1);
            }
            lines.push(heading.iter().map(|it| (*it).to_owned()).collect());
            for item in items {
                let Row { name, cells, more } = row(item);
                let mut line = vec![name];
                line.extend(cells);
                if wide {
                    line.extend(more);
                }
                lines.push(line);
            }
            print!("{}", table(&lines));
        }
    }
}

/// Prints one thing: whole for programs, as `text` for people.
pub fn one<T: Serialize>(format: Format, item: &T, name: &str, text: impl FnOnce() -> String) {
    match format {
        Format::Json => json(item),
        Format::Yaml => yaml(item),
        Format::Name => println!("{name}"),
        Format::Table | Format::Wide => print!("{}", text()),
    }
}

/// JSON on standard output.
pub fn json<T: Serialize>(item: &T) {
    println!("{}", serde_json::to_string_pretty(item).unwrap_or_default());
}

fn yaml<T: Serialize>(item: &T) {
    print!("{}", serde_yaml_ng::to_string(item).unwrap_or_default());
}

/// Columns as wide as their widest cell, three blanks between, as kubectl does.
pub fn table(lines: &[Vec<String>]) -> String {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        lines.iter().filter_map(|it| it.get(column)).map(|it| it.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for line in lines {
        let mut row = String::new();
        for (cell, width) in line.iter().zip(&widths) {
            row.push_str(&format!("{cell:<width$}   "));
        }
        text.push_str(row.trim_end());
        text.push('\n');
    }
    text
}

/// `3m`, `2h`, `5d`: how long ago an RFC 3339 time was.
pub fn age(at: &str) -> String {
    let Ok(at) = at.parse::<jiff::Timestamp>() else { return String::new() };
    let seconds = (jiff::Timestamp::now().as_second() - at.as_second()).max(0);
    match seconds {
        0..=119 => format!("{seconds}s"),
        120..=7199 => format!("{}m", seconds / 60),
        7200..=172_799 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// A word for a value of the wire, as it is written there.
pub fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_lines_do_not_end_in_blanks() {
        let line = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let text = table(&[line(["NAME", "PHASE"]), line(["web-frontend", "Running"])]);
        assert_eq!(text, "NAME           PHASE\nweb-frontend   Running\n");
    }
}
