export { checkServers } from './doctor/check-servers.ts';
export type { Finding, Level } from './doctor/finding.ts';
export { operateErrors } from './errors.ts';
export { initConfiguration, type InitOptions, type InitResult } from './init/init-configuration.ts';
