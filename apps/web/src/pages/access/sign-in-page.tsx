import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { client } from '../../api/client.ts'
import { infoQuery } from '../../api/queries.ts'
import { useTitle } from '../../layout/use-title.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { AccessFrame } from './access-frame.tsx'
import { FormError } from './form-error.tsx'

const route = getRouteApi('/sign-in')

export default function SignInPage() {
  useTitle('Sign in')
  const { next } = route.useSearch()
  const router = useRouter()
  const queryClient = useQueryClient()
  const info = useQuery(infoQuery())
  const signIn = useMutation({
    mutationFn: (body: { email: string; password: string }) => client.signIn({ body }),
    meta: { errorShown: true },
    onSuccess: () => {
      queryClient.clear()
      router.history.push(next ?? '/')
    },
  })

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    signIn.mutate({ email: String(form.get('email')), password: String(form.get('password')) })
  }

  return (
    <AccessFrame title="Sign in">
      {info.data?.setupNeeded === true && (
        <Notice tone="warn" icon="info" title="Nobody can sign in yet">
          <p>
            Open the link that <code>./backlot up</code> printed: it makes the first administrator.
          </p>
        </Notice>
      )}
      <form className="form" onSubmit={onSubmit}>
        <TextField label="E-mail" name="email" type="email" autoComplete="username" required autoFocus />
        <TextField label="Password" name="password" type="password" autoComplete="current-password" required />
        <FormError error={signIn.error} />
        <Button type="submit" tone="primary" busy={signIn.isPending}>
          Sign in
        </Button>
      </form>
    </AccessFrame>
  )
}
