import type { CredentialsRequest } from './credentials.js';
import type { Credentials } from '../http/signature.js';

/** Result of one place. Texts name places and remedies, never a key. */
export type LookupResult =
  | {
      readonly kind: 'keys';
      /** Where exactly, e.g. `file ~/.ncloud/configure, section [prod]`. */
      readonly place: string;
      /** The pair, from one moment: never half old, half new. */
      readonly keys: Credentials;
      /** Epoch ms; left out for permanent keys. */
      readonly validUntilMs?: number;
    }
  | {
      /**
       * `none`: no keys here, the next place is looked at. `wrong`: keys were meant to be here, and going on would
       * sign as somebody else. `away`: the place could not be asked, so it is unknown whether it has keys.
       */
      readonly kind: 'none' | 'wrong' | 'away';
      readonly place: string;
      readonly finding: string;
    };

/** One place of the chain. */
export interface CredentialsProvider {
  /** Whether looking needs the network. Others answer at once. */
  readonly isRemote: boolean;
  /** Never throws and never rejects. */
  look(request: CredentialsRequest): LookupResult | Promise<LookupResult>;
}
