import type { TokenInfo } from '@backlot/contract/schemas/identity'

export interface TokenKind {
  title: string
  about: string
  create: string
  empty: string
  namePlaceholder: string
  /** What happens to what uses a token that is revoked. */
  revoked: string
}

export const tokenKinds: Record<TokenInfo['kind'], TokenKind> = {
  personal: {
    title: 'Personal tokens',
    about: 'A script or a program signs in with one as you, in this tenant.',
    create: 'New personal token',
    empty: 'You have no personal token.',
    namePlaceholder: 'Nightly renders',
    revoked: 'Whatever signs in with it stops working at once.',
  },
  worker_join: {
    title: 'Join tokens for workers',
    about: 'A machine becomes a worker of this studio with one. Workers that have joined keep running without it.',
    create: 'New join token',
    empty: 'There is no join token.',
    namePlaceholder: 'Render room',
    revoked: 'No further machine can join with it. Workers that have joined stay.',
  },
}
