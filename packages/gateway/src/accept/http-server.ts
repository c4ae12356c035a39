import type { Socket } from 'node:net';
import { randomBytes } from 'node:crypto';
import { HeadraceError, type Log } from '@headrace/base';
import { fastify, type FastifyError, type FastifyInstance } from 'fastify';
import { gatewayErrors } from '../errors.ts';
import { PROBLEM_TYPE } from './http-answer.ts';
import { asHeadraceError, problemText, sendProblem } from './problem.ts';

const HEADERS_TIMEOUT_MS = 20_000;
/** Above the usual 60 s of load balancers, so that they end idle connections, not we. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** `_id`s may be long texts; a header block has room for 16 KiB. */
const MAX_PARAM_CHARACTERS = 8192;

/** A Fastify server that reads no body by itself and answers every error as a problem. */
export function createServer(log: Log): FastifyInstance {
  const newRequestId = requestIds();
  const app = fastify({
    logger: false,
    genReqId: newRequestId,
    forceCloseConnections: 'idle',
    // What is in flight while closing is finished; see sendAnswer.
    return503OnClosing: false,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // Off: a _bulk body may take hours. StalledBodies looks after bodies that do not come.
    requestTimeout: 0,
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
    routerOptions: { maxParamLength: MAX_PARAM_CHARACTERS },
    frameworkErrors: (error, _request, reply) => {
      sendProblem(reply, badRequest(error));
    },
    clientErrorHandler: (error, socket) => {
      refuseConnection(error, socket, newRequestId());
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => {
    done(null);
  });
  app.setErrorHandler((thrown, request, reply) => {
    const error = readError(thrown);
    if (error.status === 500) {
      log.error({ requestId: request.id, err: error.cause }, 'a request failed unexpectedly');
    }
    sendProblem(reply, error);
  });
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    sendProblem(reply, gatewayErrors.create('no-such-route', { method: request.method, path }));
  });
  return app;
}

function readError(thrown: unknown): HeadraceError {
  if (thrown instanceof HeadraceError) return thrown;
  const { code, statusCode } = thrown as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return gatewayErrors.create('unsupported-content-type', {
      contentType: 'that can not be read',
      accepted: 'a media type such as application/json',
    });
  }
  return code?.startsWith('FST_') === true && statusCode !== undefined && statusCode < 500
    ? badRequest(thrown as FastifyError)
    : asHeadraceError(thrown);
}

function badRequest(error: Error): HeadraceError {
  return gatewayErrors.create('bad-request', { reason: error.message });
}

/** What is not even HTTP, or not in time, has no request: its problem is written by hand. */
function refuseConnection(
  error: Error & { readonly code?: string },
  socket: Socket,
  requestId: string,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = connectionProblem(error);
  const body = problemText(problem, { requestId });
  socket.end(
    `HTTP/1.1 ${problem.status} ${problem.code}\r\ncontent-type: ${PROBLEM_TYPE}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

function connectionProblem(error: Error & { readonly code?: string }): HeadraceError {
  if (error.code === 'HPE_HEADER_OVERFLOW') return gatewayErrors.create('headers-too-large');
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return gatewayErrors.create('body-too-slow', { withinMs: HEADERS_TIMEOUT_MS });
  }
  return gatewayErrors.create('bad-request', { reason: error.code ?? 'it is not HTTP' });
}

/** Unique over processes without a random number a request. */
function requestIds(): () => string {
  const process = randomBytes(6).toString('base64url');
  let count = 0;
  return () => {
    count += 1;
    return `${process}-${count.toString(36)}`;
  };
}
