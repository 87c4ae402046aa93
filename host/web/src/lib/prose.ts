// The part of Markdown that a blueprint's page needs: headings, paragraphs, lists, code. What it does not know stays
// as it was written; it makes no HTML, so a stranger's text cannot become anything but text.

export type Span = { kind: 'text' | 'code' | 'strong' | 'em'; text: string };
export type Block =
  | { kind: 'heading' | 'paragraph'; spans: Span[] }
  | { kind: 'list'; items: Span[][] }
  | { kind: 'code'; text: string };

const FENCE = /^```[^\n]*\n([\s\S]*?)\n?```$/gm;

export function blocks(markdown: string): Block[] {
  const found: Block[] = [];
  let from = 0;
  for (const fence of markdown.matchAll(FENCE)) {
    found.push(...plain(markdown.slice(from, fence.index)), { kind: 'code', text: fence[1] ?? '' });
    from = fence.index + fence[0].length;
  }
  return [...found, ...plain(markdown.slice(from))];
}

function plain(markdown: string): Block[] {
  // A heading ends where its line ends, with or without an empty line after it.
  const parts = markdown.replace(/^(#{1,6} .*)$/gm, '\n$1\n').split(/\n\s*\n/);
  return parts.map((it) => it.trim()).filter(Boolean).map(block);
}

function block(text: string): Block {
  if (/^#{1,6} /.test(text)) return { kind: 'heading', spans: spans(text.replace(/^#+ /, '')) };
  const items = text.split(/^[-*] /m);
  if (items[0] === '' && items.length > 1) return { kind: 'list', items: items.slice(1).map(spans) };
  return { kind: 'paragraph', spans: spans(text) };
}

/** Lines are joined: where they break is for the page to say. */
export function spans(text: string): Span[] {
  const joined = text.trim().replace(/\s*\n\s*/g, ' ');
  return joined.split(/(`[^`]+`|\*\*[^*]+\*\*|\*[^*\s][^*]*\*)/).filter(Boolean).map(span);
}

function span(text: string): Span {
  if (/^`.+`$/.test(text)) return { kind: 'code', text: text.slice(1, -1) };
  if (/^\*\*.+\*\*$/.test(text)) return { kind: 'strong', text: text.slice(2, -2) };
  if (/^\*[^*].*\*$/.test(text)) return { kind: 'em', text: text.slice(1, -1) };
  return { kind: 'text', text };
}
