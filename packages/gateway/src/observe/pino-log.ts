import type { Log } from '@headrace/base';
import { pino } from 'pino';
import type { Configuration } from '../configuration-port.ts';

/** Lines of JSON on standard output; errors with their stack and cause. */
export function openLog(level: Configuration['log']['level']): Log {
  return pino({ level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime });
}
