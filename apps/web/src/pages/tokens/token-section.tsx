import type { TokenInfo } from '@backlot/contract/schemas/identity'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../api/client.ts'
import { tokensQuery } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/dialog.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.ts'
import { CreateToken } from './create-token.tsx'
import { tokenKinds } from './token-kinds.ts'
import './tokens.css'

/** The tokens of one kind: what they are for, making one, the list, revoking one. */
export function TokenSection({ kind, tokens }: { kind: TokenInfo['kind']; tokens: readonly TokenInfo[] }) {
  const words = tokenKinds[kind]
  const queryClient = useQueryClient()
  const [asked, setAsked] = useState<TokenInfo>()
  const [isAsking, setAsking] = useState(false)
  const revoke = useMutation({
    mutationFn: (token: TokenInfo) => client.revokeToken({ params: { tokenId: token.id } }),
    onSuccess: (_result, token) => {
      toast(`${token.name} is revoked`)
      return queryClient.invalidateQueries({ queryKey: tokensQuery().queryKey })
    },
  })
  return (
    <section className="token-section" aria-labelledby={`tokens-${kind}`}>
      <div className="token-head">
        <div>
          <h2 id={`tokens-${kind}`}>{words.title}</h2>
          <p className="muted">{words.about}</p>
        </div>
        <CreateToken kind={kind} />
      </div>
      {tokens.length === 0 ? (
        <p className="token-none muted">{words.empty}</p>
      ) : (
        <ul className="token-list">
          {tokens.map((token) => (
            <li key={token.id}>
              <span className="token-name">{token.name}</span>
              <TokenTimes token={token} />
              <Button
                size="s"
                aria-label={`Revoke ${token.name}`}
                onClick={() => {
                  setAsked(token)
                  setAsking(true)
                }}
              >
                Revoke
              </Button>
            </li>
          ))}
        </ul>
      )}
      {asked !== undefined && (
        <ConfirmDialog
          open={isAsking}
          title={`Revoke ${asked.name}?`}
          action="Revoke"
          danger
          onConfirm={() => revoke.mutate(asked)}
          onClose={() => setAsking(false)}
        >
          {words.revoked}
        </ConfirmDialog>
      )}
    </section>
  )
}

function TokenTimes({ token: { createdAt, lastUsedAt, expiresAt } }: { token: TokenInfo }) {
  return (
    <span className="token-times muted">
      <span>
        created <RelativeTime at={createdAt} />
      </span>
      <span>
        {lastUsedAt === undefined ? (
          'never used'
        ) : (
          <>
            used <RelativeTime at={lastUsedAt} />
          </>
        )}
      </span>
      <span>
        {expiresAt === undefined ? (
          'does not expire'
        ) : (
          <>
            expires <RelativeTime at={expiresAt} />
          </>
        )}
      </span>
    </span>
  )
}
