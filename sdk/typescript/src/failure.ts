// Why a plugin cannot do what it was asked, in words for the person who asked.

import type * as contract from './contract/types.js';

/** Throw it from any function of a plugin: it becomes the plugin's answer. Every other error is a crash of the plugin. */
export class Failure extends Error {
  /** A stable word in kebab-case. */
  readonly code: string;
  /** The value that it is about, as a JSON Pointer. */
  readonly field: string | null;
  /** What to do next. */
  readonly advice: string | null;

  /** A failure with a stable word in kebab-case and one sentence. */
  constructor(code: string, message: string, field: string | null = null, advice: string | null = null) {
    super(message);
    this.name = 'Failure';
    this.code = code;
    this.field = field;
    this.advice = advice;
  }

  /** The values do not go together. */
  static invalid(message: string): Failure {
    return new Failure('invalid-values', message);
  }

  /** The plugin does not know the operation. */
  static unsupportedOperation(operation: string, known: readonly string[]): Failure {
    const message = `This plugin knows no operation ${JSON.stringify(operation)}.`;
    return new Failure('unsupported-operation', message).hint(`It knows: ${known.join(', ')}.`);
  }

  /** Names the value that it is about, as a JSON Pointer, so that the form shows it there. */
  at(field: string): Failure {
    return new Failure(this.code, this.message, field, this.advice);
  }

  /** What to do next, as one sentence. */
  hint(hint: string): Failure {
    return new Failure(this.code, this.message, this.field, hint);
  }

  /** As the contract has it. */
  toJSON(): contract.Failure {
    return { code: this.code, message: this.message, field: this.field, hint: this.advice };
  }
}
