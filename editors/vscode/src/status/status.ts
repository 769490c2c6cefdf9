/** What the server tells of itself, by `aiLsp/status`. */

export type Kind = 'normal' | 'busy' | 'warning' | 'error' | 'inactive';

export interface Status {
  readonly kind: Kind;
  readonly message: string;
  readonly provider: string | null;
  readonly model: string | null;
  readonly health: { readonly ok?: boolean; readonly detail?: string };
  /** Why the last suggestion was empty; null where it was not. */
  readonly lastEmpty: { readonly reason: string; readonly detail: string } | null;
  readonly usageToday: {
    readonly requests: number;
    readonly inputTokens: number;
    readonly outputTokens: number;
    /** In US dollars; null where no price is known. */
    readonly cost: number | null;
  };
}
