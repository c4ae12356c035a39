import type { Document } from 'mongodb';

/** Whether a reply is a hello of a replica-set member, streamed ones included. */
export function isHelloReply(body: Document): boolean {
  return 'setName' in body && 'hosts' in body;
}

/**
 * The one server's hello as the given one of several members would say it: the first is primary,
 * the others secondaries with data.
 */
export function announceMembers(body: Document, members: readonly string[], me: number): Document {
  const isPrimary = me === 0;
  const announced: Document = { ...body, hosts: members, primary: members[0], me: members[me] };
  // The first handshake asks by the old name and is answered under it.
  if ('ismaster' in body) announced['ismaster'] = isPrimary;
  if ('isWritablePrimary' in body) announced['isWritablePrimary'] = isPrimary;
  announced['secondary'] = !isPrimary;
  if (!isPrimary) delete announced['electionId'];
  return announced;
}
