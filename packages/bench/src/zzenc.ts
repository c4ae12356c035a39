import { encodeJob, makeEncodeInput } from './measure/encode-ways.ts';
import { encodeAll } from './measure/measure-encode.ts';
const job = encodeJob('compiled', makeEncodeInput('order', 20000));
for (let i = 0; i < 60; i++) encodeAll(job);
