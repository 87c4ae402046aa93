// Lines for the author and the operator; the host bounds them and keeps them with the operation.

import { host } from './host.js';

/** A line for the plugin's author. */
export function debug(message: string): void {
  host().log.write('debug', message);
}

/** A line for the operator. */
export function info(message: string): void {
  host().log.write('info', message);
}

/** Something that should be looked at. */
export function warn(message: string): void {
  host().log.write('warn', message);
}

/** Something that went wrong. */
export function error(message: string): void {
  host().log.write('error', message);
}
