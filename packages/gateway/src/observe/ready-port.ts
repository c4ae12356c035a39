/** One thing that must be well for this process to take work. */
export interface ReadyCheck {
  readonly name: string;
  readonly ok: boolean;
  /** What was seen, for a person. */
  readonly detail: string;
}

/** Says whether this process can take work. */
export interface Ready {
  checks(): Promise<readonly ReadyCheck[]> | readonly ReadyCheck[];
}
