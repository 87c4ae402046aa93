"""What is known of the cluster, as far as the host tells it."""

from dataclasses import dataclass

from slipway.document import Object


@dataclass(frozen=True)
class Facts:
    """An open JSON object: `kubernetesVersion`, `runtime` (`containers` or `wasm`), `ingressPort`, `ingressScheme`, ..."""

    json: Object

    def text(self, name: str) -> str | None:
        """The text of that name; None where it is not told."""
        fact = self.json.get(name)
        return fact if isinstance(fact, str) else None

    def number(self, name: str) -> int | None:
        """The whole number of that name; None where it is not told."""
        fact = self.json.get(name)
        return fact if isinstance(fact, int) and not isinstance(fact, bool) else None

    def url(self, host: str) -> str:
        """Where people reach a host name: scheme, name, and the port where it is not the scheme's own."""
        scheme = self.text("ingressScheme") or "http"
        usual = 443 if scheme == "https" else 80
        port = self.number("ingressPort") or usual
        return f"{scheme}://{host}/" if port == usual else f"{scheme}://{host}:{port}/"
