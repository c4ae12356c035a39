import type { AttemptPort, BatchAttempt } from './attempt-port.ts';
import type { CommandSender } from './command-port.ts';
import type { Judgement, JudgePort } from './judge-port.ts';
import type { TierConcerns } from './tier-concern-port.ts';

export interface InsertAttemptOptions {
  readonly sender: CommandSender;
  readonly judge: JudgePort;
  readonly concerns: TierConcerns;
}

/** Sends inserts in one command; the server's reply and the `_id` say how each fared. */
export class InsertAttempt implements AttemptPort {
  readonly sendsAtOnce = true;
  readonly #options: InsertAttemptOptions;

  constructor(options: InsertAttemptOptions) {
    this.#options = options;
  }

  async attempt({ batch, writes, slot }: BatchAttempt): Promise<Judgement> {
    const { sender, judge, concerns } = this.#options;
    const { namespace, tier } = batch;
    const concern = concerns.of(tier);
    const documents = writes.map((pending) => pending.write.document);
    const session = `${tier}/${slot}`;
    const outcome = await sender.insert({ namespace, documents, concern, session });
    return await judge.judge({ namespace, writes, concern, outcome });
  }
}
