// One clock for all relative times of a page.
export const clock = $state({ now: Date.now() });
setInterval(() => (clock.now = Date.now()), 5000);
