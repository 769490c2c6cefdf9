/** Answers on their way to the editor, for those who must not overtake them. */

export class Deliveries {
  readonly #underWay = new Set<Promise<unknown>>();

  track<Answer>(answer: Promise<Answer>): Promise<Answer> {
    this.#underWay.add(answer);
    const over = (): boolean => this.#underWay.delete(answer);
    answer.then(over, over);
    return answer;
  }

  /** When the editor has what is under way now. */
  async delivered(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    // an answer goes to the editor in the turn in which it is there
    await new Promise((resolve) => setTimeout(resolve));
  }
}
