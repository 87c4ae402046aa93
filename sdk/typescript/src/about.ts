// What people read of a plugin.

import type { Json, JsonObject } from './json.js';

export class About {
  readonly title: string;
  readonly summary: string;
  readonly #rest: { docs: string; icon: string | null; extra: JsonObject } = { docs: '', icon: null, extra: {} };

  /** A title, and one or two sentences. */
  constructor(title: string, summary: string) {
    this.title = title;
    this.summary = summary;
  }

  /** Markdown for the catalogue's page. */
  docs(markdown: string): About {
    return this.#but({ docs: markdown });
  }

  /** A picture, as SVG text. */
  icon(svg: string): About {
    return this.#but({ icon: svg });
  }

  /**
   * By what objects are judged whose kinds the host does not know: rules as `slipway health --rules` takes them, in
   * the order in which they are asked.
   */
  healthRules(rules: Json): About {
    return this.extra('healthRules', rules);
  }

  /** A word of the open side field: categories, links, own kinds. */
  extra(name: string, value: Json): About {
    return this.#but({ extra: { ...this.#rest.extra, [name]: value } });
  }

  /** The fields that the contract wants of every plugin. */
  fields(): { title: string; summary: string; docs: string; extra: string } {
    const { docs, extra } = this.#rest;
    return { title: this.title, summary: this.summary, docs, extra: JSON.stringify(extra) };
  }

  /** The picture, where there is one. */
  picture(): string | null {
    return this.#rest.icon;
  }

  #but(rest: Partial<{ docs: string; icon: string; extra: JsonObject }>): About {
    const about = new About(this.title, this.summary);
    Object.assign(about.#rest, this.#rest, rest);
    return about;
  }
}
