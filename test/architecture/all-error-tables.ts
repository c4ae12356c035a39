import { baseErrors } from '@headrace/base';
import { cliErrors } from '@headrace/cli';
import { gatewayErrors } from '@headrace/gateway';
import { localServerErrors } from '@headrace/local-servers';
import { operateErrors } from '@headrace/operate';
import { writerErrors } from '@headrace/writer';

/** The error table of every published package, by the name of its block in docs/errors.md. */
export const allErrorTables = {
  writer: writerErrors,
  gateway: gatewayErrors,
  base: baseErrors,
  cli: cliErrors,
  'local-servers': localServerErrors,
  operate: operateErrors,
};
