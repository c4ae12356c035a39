/* global document, fetch, location, URLSearchParams */
// Draws /openapi.json as a list of operations, each with a form that sends a real request.

const MAX_SHOWN_CHARACTERS = 20_000;

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function control(parameter) {
  const { schema = {}, example } = parameter;
  const choices = schema.type === 'boolean' ? ['true', 'false'] : schema.enum;
  if (choices === undefined) {
    const value = parameter.in === 'path' ? String(example ?? '') : '';
    const input = element('input', { name: parameter.name, placeholder: String(example ?? '') });
    input.value = value;
    input.required = parameter.required === true;
    return input;
  }
  const select = element('select', { name: parameter.name }, element('option', { value: '' }, ''));
  for (const value of choices) select.append(element('option', { value }, value));
  return select;
}

function field(parameter, made) {
  const where = parameter.in === undefined ? '' : ` (${parameter.in})`;
  const told = element('span', { class: 'muted' }, parameter.description ?? '');
  return element('label', {}, element('span', {}, `${parameter.name}${where} `, told), made);
}

function exampleBody(media) {
  const example = media.example ?? Object.values(media.examples ?? {})[0]?.value;
  if (example === undefined) return '';
  return typeof example === 'string' ? example : JSON.stringify(example, null, 2);
}

/** A body to write, in one of the types that can be typed in; undefined where there is none. */
function bodyField(content) {
  const types = Object.keys(content ?? {}).filter((type) => type !== 'application/bson');
  if (types.length === 0) return undefined;
  const text = element('textarea', { spellcheck: 'false' });
  const type = element('select', {}, ...types.map((name) => element('option', {}, name)));
  const showExample = () => {
    text.value = exampleBody(content[type.value]);
  };
  type.addEventListener('change', showExample);
  showExample();
  return { type, text };
}

/** What may be answered, with the codes of each refusal. */
function answerList(responses) {
  const items = Object.entries(responses).map(([status, { description }]) =>
    element('li', {}, element('code', {}, status), ` ${description}`),
  );
  return element('ul', { class: 'muted' }, ...items);
}

function drawOperation(path, method, operation) {
  const controls = (operation.parameters ?? []).map((parameter) => [parameter, control(parameter)]);
  const body = bodyField(operation.requestBody?.content);
  const answer = element('pre', { hidden: '', 'aria-live': 'polite' });
  const form = element('form', {}, element('p', {}, operation.description ?? ''));
  for (const [parameter, made] of controls) form.append(field(parameter, made));
  if (body !== undefined) {
    form.append(field({ name: 'content-type', in: 'header' }, body.type));
    form.append(field({ name: 'body' }, body.text));
  }
  form.append(element('button', {}, 'Send'), answer, answerList(operation.responses));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const request = buildRequest(path, method, { controls, body });
    void send(request, answer);
  });
  const title = [
    element('span', { class: 'method' }, method.toUpperCase()),
    element('code', {}, path),
    operation.summary ?? '',
  ];
  return element('details', {}, element('summary', {}, ...title), form);
}

function buildRequest(path, method, { controls, body }) {
  let url = path;
  const query = new URLSearchParams();
  const headers = {};
  for (const [parameter, { value }] of controls) {
    if (parameter.in === 'path') {
      url = url.replace(`{${parameter.name}}`, encodeURIComponent(value));
    } else if (value !== '' && parameter.in === 'query') query.set(parameter.name, value);
    else if (value !== '' && parameter.in === 'header') headers[parameter.name] = value;
  }
  if (body !== undefined) headers['content-type'] = body.type.value;
  if (query.size > 0) url += `?${query}`;
  return {
    url,
    method: method.toUpperCase(),
    headers,
    ...(body === undefined ? {} : { body: body.text.value }),
  };
}

async function send({ url, ...request }, answer) {
  answer.hidden = false;
  answer.textContent = '…';
  try {
    const response = await fetch(url, request);
    const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
    const text = await response.text();
    const head = `${request.method} ${url}\n\n${response.status}\n${headers}\n\n`;
    answer.textContent = head + readable(text).slice(0, MAX_SHOWN_CHARACTERS);
  } catch (error) {
    answer.textContent = `No answer: ${error.message}`;
  }
}

/** Indented where it is JSON; the text itself where numbers could lose digits by parsing. */
function readable(text) {
  if (/\d{16}/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function drawOperations() {
  const api = await (await fetch('/openapi.json')).json();
  document
    .querySelector('#about')
    .replaceChildren(
      `${api.info.description} Version ${api.info.version}. `,
      element('a', { href: '/openapi.json' }, 'openapi.json'),
    );
  const list = document.querySelector('#operations');
  for (const { name, description } of api.tags) {
    list.append(element('h2', {}, `${name}: ${description}`));
    for (const [path, methods] of Object.entries(api.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        if (operation.tags?.includes(name)) list.append(drawOperation(path, method, operation));
      }
    }
  }
}

async function drawErrors() {
  const rows = await (await fetch('/docs/errors.json')).json();
  const table = document.querySelector('#errors');
  for (const { code, status, retry, text } of rows) {
    const cells = [code, String(status), retry, text].map((cell) => element('td', {}, cell));
    table.append(element('tr', { id: code }, ...cells));
  }
  // The browser looked for the target before the rows were there.
  if (location.hash !== '') location.replace(location.hash);
}

await Promise.all([drawOperations(), drawErrors()]);
