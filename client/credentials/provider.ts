import type { CredentialsRequest } from './credentials.js';
import type { Credentials } from '../http/signature.js';

/** Result of one place. Its texts hold no key. */
export type LookupResult =
  | {
      readonly kind: 'keys';
      /** E.g. `file ~/.ncloud/configure, section [prod]`. */
      readonly place: string;
      /** Both halves were read at one moment. */
      readonly keys: Credentials;
      /** Epoch ms. Absent: permanent keys. */
      readonly validUntilMs?: number;
    }
  | {
      /**
       * `none`: no keys here; the next place is asked. `wrong`: keys were meant to be here; the next place is not
       * asked, because its keys could belong to another account. `away`: the place could not be asked.
       */
      readonly kind: 'none' | 'wrong' | 'away';
      readonly place: string;
      readonly finding: string;
    };

export interface CredentialsProvider {
  /** Whether a lookup needs the network. Other places answer at once. */
  readonly isRemote: boolean;
  /** Never throws and never rejects. */
  look(request: CredentialsRequest): LookupResult | Promise<LookupResult>;
}
