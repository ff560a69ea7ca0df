import { useQuery } from '@tanstack/react-query'
import { tokensQuery } from '../../api/queries.ts'
import { useMay } from '../../layout/use-session.ts'
import { useTitle } from '../../layout/use-title.ts'
import { NotLoaded } from '../../ui/not-loaded.tsx'
import { TokenSection } from './token-section.tsx'

export default function TokensPage() {
  useTitle('Tokens')
  const tokens = useQuery(tokensQuery())
  const mayManageWorkers = useMay('tokens.manage_workers')
  const ofKind = (kind: 'personal' | 'worker_join') => tokens.data?.items.filter((token) => token.kind === kind) ?? []
  return (
    <>
      <header className="page-header">
        <h1>Tokens</h1>
      </header>
      {tokens.data === undefined ? (
        <NotLoaded query={tokens} label="Loading the tokens" rows={3} height="3rem" />
      ) : (
        <div className="token-sections">
          <TokenSection kind="personal" tokens={ofKind('personal')} />
          {mayManageWorkers && <TokenSection kind="worker_join" tokens={ofKind('worker_join')} />}
        </div>
      )}
    </>
  )
}
