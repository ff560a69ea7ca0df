import { useMutation, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { client } from '../../api/client.ts'
import { deviceQuery, whoamiQuery } from '../../api/queries.ts'
import { useTitle } from '../../layout/use-title.ts'
import { paths } from '../../paths.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { TextField } from '../../ui/field.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { AccessFrame } from './access-frame.tsx'
import { FormError } from './form-error.tsx'

const route = getRouteApi('/device')

/** Confirms the sign-in of a program that has no browser of its own (RFC 8628). */
export default function DevicePage() {
  useTitle('Confirm a sign-in')
  const { code } = route.useSearch()
  return code === undefined ? <CodeForm /> : <Decision code={code} />
}

function CodeForm() {
  const navigate = useNavigate()
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const code = String(new FormData(event.currentTarget).get('code')).trim().toUpperCase()
    void navigate(paths.device(code))
  }
  return (
    <AccessFrame title="Confirm a sign-in" intro="Enter the code that the program shows.">
      <form className="form" onSubmit={onSubmit}>
        <TextField
          label="Code"
          name="code"
          required
          maxLength={40}
          autoComplete="off"
          autoCapitalize="characters"
          autoFocus
        />
        <Button type="submit" tone="primary">
          Continue
        </Button>
      </form>
    </AccessFrame>
  )
}

function Decision({ code }: { code: string }) {
  const { user } = useSuspenseQuery(whoamiQuery()).data
  const [decision, setDecision] = useState<'approved' | 'refused'>()
  const request = useQuery(deviceQuery(code))
  const decide = useMutation({
    mutationFn: (approve: boolean) => client.decideDevice({ params: { userCode: code }, body: { approve } }),
    meta: { errorShown: true },
    onSuccess: (_result, approve) => setDecision(approve ? 'approved' : 'refused'),
  })

  if (decision !== undefined) {
    return (
      <AccessFrame
        title={decision === 'approved' ? 'Signed in' : 'Refused'}
        intro={
          decision === 'approved'
            ? 'The program goes on by itself. You can close this page.'
            : 'The program was told that you refused. You can close this page.'
        }
      >
        <Link {...paths.jobs()} className={buttonClass({})}>
          Go to the jobs
        </Link>
      </AccessFrame>
    )
  }
  if (request.isPending) {
    return (
      <AccessFrame title="Confirm a sign-in">
        <SkeletonRows label="Loading the request" rows={2} height="4rem" />
      </AccessFrame>
    )
  }
  if (request.isError) {
    return (
      <AccessFrame title="Confirm a sign-in">
        <ErrorPanel error={request.error} />
        <Link {...paths.device()} className={buttonClass({})}>
          Enter another code
        </Link>
      </AccessFrame>
    )
  }
  const { clientName, expiresAt, userCode } = request.data
  return (
    <AccessFrame
      title="Confirm a sign-in"
      intro={
        <>
          <strong>{clientName}</strong> wants to work as <strong>{user.email}</strong>.
        </>
      }
    >
      <p className="access-code" aria-label={`Code ${[...userCode].join(' ')}`}>
        {userCode}
      </p>
      <p className="muted">
        Approve only if you started this yourself and the program shows the same code. It expires{' '}
        <RelativeTime at={expiresAt} />.
      </p>
      <FormError error={decide.error} />
      <div className="access-actions">
        <Button busy={decide.isPending} onClick={() => decide.mutate(false)}>
          Refuse
        </Button>
        <Button tone="primary" busy={decide.isPending} onClick={() => decide.mutate(true)}>
          Approve
        </Button>
      </div>
    </AccessFrame>
  )
}
