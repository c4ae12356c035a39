import { homedir } from 'node:os';
import { join } from 'node:path';

/** Folder for what is downloaded or built once per user: `$XDG_CACHE_HOME/headrace`. */
export function perUserCache(): string {
  // An empty XDG_CACHE_HOME counts as unset (XDG Base Directory Specification).
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'headrace');
}
