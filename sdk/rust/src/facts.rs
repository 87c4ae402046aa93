//! What is known of the cluster, as far as the host tells it.

use serde_json::Value;

/// An open JSON object: `kubernetesVersion`, `runtime` (`containers` or `wasm`), `ingressPort`, `ingressScheme`, ...
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts(Value);

impl Facts {
    /// Facts from JSON.
    pub fn new(json: Value) -> Self {
        Self(json)
    }

    /// The text of that name; none where it is not told.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// The whole number of that name; none where it is not told.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.0.get(name)?.as_i64()
    }

    /// All of them.
    pub fn json(&self) -> &Value {
        &self.0
    }

    /// Where people reach a host name: scheme, name, and the port where it is not the scheme's own.
    pub fn url(&self, host: &str) -> String {
        let scheme = self.text("ingressScheme").unwrap_or("http");
        let usual = if scheme == "https" { 443 } else { 80 };
        match self.number("ingressPort").filter(|port| *port != usual) {
            Some(port) => format!("{scheme}://{host}:{port}/"),
            None => format!("{scheme}://{host}/"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_url_names_a_port_only_where_it_must() {
        let url = |facts: Value| Facts::new(facts).url("a.example");
        assert_eq!(url(json!({})), "http://a.example/");
        assert_eq!(url(json!({"ingressPort": 8080})), "http://a.example:8080/");
        assert_eq!(
            url(json!({"ingressPort": 443, "ingressScheme": "https"})),
            "https://a.example/"
        );
    }
}
