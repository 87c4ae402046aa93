// Generated from wit/ by `npm run generate`: slipway:log/log.

export type Level = 'debug' | 'info' | 'warn' | 'error';

/** Lines for the author and the operator; bounded by the host and kept with the operation. */
export interface Log {
  write(level: Level, message: string): void;
}
