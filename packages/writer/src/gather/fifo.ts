/** A first-in, first-out queue whose take is O(1), unlike shift() of a long array. */
export class Fifo<Item> {
  #items: (Item | undefined)[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  add(item: Item): void {
    this.#items.push(item);
  }

  peek(): Item | undefined {
    return this.#items[this.#head];
  }

  take(): Item | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#items[this.#head] = undefined;
    this.#head += 1;
    // Drop the emptied front once it is most of the array, so that copying stays O(1) a take.
    if (this.#head > 512 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Puts an item in front of all others. */
  putBack(item: Item): void {
    if (this.#head === 0) this.#items.unshift(item);
    else {
      this.#head -= 1;
      this.#items[this.#head] = item;
    }
  }

  /** Takes out every item that `leaves` says yes to, keeping the order of the others. */
  removeWhere(leaves: (item: Item) => boolean): Item[] {
    const left: Item[] = [];
    let stay: Item[] = [];
    for (let at = this.#head; at < this.#items.length; at += 1) {
      const item = this.#items[at] as Item;
      if (leaves(item)) {
        // Mostly nothing leaves, and then nothing is copied.
        if (left.length === 0) stay = this.#items.slice(this.#head, at) as Item[];
        left.push(item);
      } else if (left.length > 0) stay.push(item);
    }
    if (left.length > 0) {
      this.#items = stay;
      this.#head = 0;
    }
    return left;
  }
}
