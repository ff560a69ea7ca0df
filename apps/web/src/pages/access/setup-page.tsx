import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { client } from '../../api/client.ts'
import { infoQuery } from '../../api/queries.ts'
import { useTitle } from '../../layout/use-title.ts'
import { paths } from '../../paths.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { AccessFrame } from './access-frame.tsx'
import { FormError } from './form-error.tsx'
import { slugOf } from './slug-of.ts'

const route = getRouteApi('/setup')
const shortestPassword = 12

/** Makes the first administrator and the first tenant, with the one-time link that the server printed. */
export default function SetupPage() {
  useTitle('Set up')
  const { token } = route.useSearch()
  const info = useQuery(infoQuery())
  if (info.data?.setupNeeded === false) {
    return (
      <AccessFrame title="Backlot is set up" intro="It has an administrator, who can invite you.">
        <Link {...paths.signIn()} className={buttonClass({ tone: 'primary' })}>
          Sign in
        </Link>
      </AccessFrame>
    )
  }
  if (token === undefined) {
    return (
      <AccessFrame
        title="The link is incomplete"
        intro={
          <>
            Open the whole link that <code>./backlot up</code> printed: it carries a token that works once.
          </>
        }
      >
        {null}
      </AccessFrame>
    )
  }
  return <SetupForm token={token} />
}

function SetupForm({ token }: { token: string }) {
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [passwordError, setPasswordError] = useState<string>()
  const setup = useMutation({
    mutationFn: (body: Parameters<typeof client.setup>[0]['body']) => client.setup({ body }),
    meta: { errorShown: true },
    onSuccess: async () => {
      queryClient.clear()
      // The token stays neither in the address nor in the history.
      await navigate({ ...paths.jobs(), replace: true })
    },
  })

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name)).trim()
    const password = String(form.get('password'))
    if (password.length < shortestPassword) {
      return setPasswordError(`${shortestPassword} characters at least: a short sentence is easy to remember.`)
    }
    setPasswordError(undefined)
    const studio = text('studio')
    setup.mutate({
      token,
      email: text('email'),
      name: text('name'),
      password,
      tenant: { name: studio, slug: slugOf(studio) },
    })
  }

  return (
    <AccessFrame
      title="Welcome to Backlot"
      intro="You are the first here. This makes your studio and you its administrator."
    >
      <form className="form" onSubmit={onSubmit}>
        <TextField label="Studio" name="studio" autoComplete="organization" required maxLength={120} autoFocus />
        <TextField label="Your name" name="name" autoComplete="name" required maxLength={120} />
        <TextField label="E-mail" name="email" type="email" autoComplete="username" required />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          required
          maxLength={256}
          error={passwordError}
          hint={passwordError === undefined ? `At least ${shortestPassword} characters.` : undefined}
        />
        <FormError error={setup.error} />
        <Button type="submit" tone="primary" busy={setup.isPending}>
          Create the studio
        </Button>
      </form>
    </AccessFrame>
  )
}
