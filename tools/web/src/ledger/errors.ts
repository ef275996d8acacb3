// What can go wrong between a wish and the ledger, beside the node's own refusals (api/client.ts).

/** The node built something else than was asked for; the reason is a word of the catalogues. */
export class CheckFailed extends Error {
  constructor(readonly reason: string) {
    super(`the node built something else: ${reason}`);
  }
}

/** The rules would refuse it, says the node before anything is signed. */
export class Forecast extends Error {
  constructor(readonly code: string, title: string) {
    super(title);
  }
}

/** The challenge is for another network or another host than this page's: somebody passes it on. */
export class ForeignChallenge extends Error {}
