// Where eyes and keyboard go when something new is on the page.
import { tick } from 'svelte';

/** To the first field that something is wrong with; to the text of the problem where no field is. */
export async function toError(within: ParentNode = document) {
  await tick();
  const field = within.querySelector<HTMLElement>('main form [aria-invalid="true"]');
  if (field) field.focus();
  else within.querySelector('main .problem')?.scrollIntoView({ block: 'nearest' });
}

/** To a part that was just added, by its id; its heading is at the top where it fits no longer. */
export async function toPart(id: string) {
  await tick();
  const part = document.getElementById(id);
  part?.focus({ preventScroll: true });
  part?.scrollIntoView({ block: 'nearest' });
}
