import { SignatureV4 } from '@smithy/signature-v4';

/**
 * What EventBridge's client signs with. Its own signer can also sign for several Regions at once, which only
 * global endpoints ask for; the product's bus stands in one Region.
 */
export class SignatureV4MultiRegion extends SignatureV4 {
  static sigv4aDependency(): string {
    return 'none';
  }
}
