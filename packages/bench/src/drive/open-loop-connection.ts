import { connect, type Socket } from 'node:net';

/** Larger than any answer of a case; a longer one comes in pieces. */
const READ_BYTES = 4_096;
const HEAD_END = '\r\n\r\n';
/** Where the status stands in `HTTP/1.1 201 Created`. */
const STATUS_AT = 9;

/** Told how a request ended: with its status, or without an answer. */
export interface ConnectionOwner {
  answered(connection: OpenLoopConnection, request: number, status: number): void;
  /** @param request undefined when it was idle */
  lost(connection: OpenLoopConnection, request: number | undefined): void;
}

/**
 * A kept connection that sends one request at a time and reads of its answer only the status and the
 * length. Not `node:http`: at 4,000 requests/s that takes most of a core for headers and objects that
 * nobody looks at, and on a small machine what the driver takes is missing to what is measured.
 */
export class OpenLoopConnection {
  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  #request: number | undefined;
  #head = '';
  #status = 0;
  /** Of the answer's body; undefined while its head is not complete. */
  #bytesLeft: number | undefined;

  constructor(url: URL, owner: ConnectionOwner) {
    this.#owner = owner;
    const onread = {
      buffer: Buffer.allocUnsafe(READ_BYTES),
      callback: (count: number, buffer: Uint8Array) => this.#read(count, buffer as Buffer),
    };
    this.#socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true, onread });
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.once('close', () => {
      owner.lost(this, this.#request);
    });
  }

  /** Resolves when it is open; a connection that can not be opened is told to its owner. */
  opened(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.once('connect', resolve);
      this.#socket.once('close', () => {
        resolve();
      });
    });
  }

  /** @param request its number, told to the owner again */
  send(request: number, bytes: Uint8Array): void {
    this.#request = request;
    this.#head = '';
    this.#bytesLeft = undefined;
    this.#socket.write(bytes);
  }

  close(): void {
    this.#socket.destroy();
  }

  /** @returns true: go on reading */
  #read(count: number, buffer: Buffer): boolean {
    if (this.#bytesLeft === undefined) this.#readHead(buffer.toString('latin1', 0, count));
    else this.#bytesLeft -= count;
    if (this.#bytesLeft === undefined || this.#bytesLeft > 0) return true;
    const request = this.#request;
    this.#request = undefined;
    if (request !== undefined) this.#owner.answered(this, request, this.#status);
    return true;
  }

  #readHead(text: string): void {
    this.#head += text;
    const end = this.#head.indexOf(HEAD_END);
    if (end < 0) return;
    const length = /\r\ncontent-length: *(\d+)/i.exec(this.#head)?.[1];
    // No case answers without a length; one that did would count as a failure.
    if (length === undefined) this.#socket.destroy();
    this.#status = Number(this.#head.slice(STATUS_AT, STATUS_AT + 3));
    this.#bytesLeft = Number(length) - (this.#head.length - end - HEAD_END.length);
  }
}
