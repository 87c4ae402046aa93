//! The page that people see: small, and fit for light and dark.

use crate::Settings;

const STYLE: &str = "
:root { color-scheme: light dark; --ground: #f6f7f9; --card: #fff; --ink: #16202c; --quiet: #5b6675;
  --line: #dfe3e8; --accent: #0f62a8; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #0f141a; --card: #171e26; --ink: #e8edf3; --quiet: #98a4b3; --line: #2a343f;
    --accent: #6cb2f2; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 32rem; padding: 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 12px; }
h1 { margin: 0 0 .5rem; font-size: 1.75rem; line-height: 1.2; overflow-wrap: anywhere; }
p { margin: 0 0 1.5rem; color: var(--quiet); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .5rem 1.25rem; margin: 0;
  padding-top: 1.25rem; border-top: 1px solid var(--line); }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; font-family: ui-monospace, monospace; }
nav { margin-top: 1.5rem; display: flex; gap: 1.25rem; }
a { color: var(--accent); } a:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; }
";

/// The home page.
pub(crate) fn home(settings: &Settings) -> String {
    let greeting = escape(&settings.greeting);
    let pod = escape(&settings.pod);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{greeting}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>{greeting}</h1>\n<p>This app is live. It is a WebAssembly component, and a fresh \
         instance answered you.</p>\n<dl>\n<dt>Pod</dt><dd>{pod}</dd>\n</dl>\n\
         <nav><a href=\"/api\">As JSON</a> <a href=\"/healthz\">Health</a></nav>\n\
         </main>\n</body>\n</html>\n"
    )
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}
