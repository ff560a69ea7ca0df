import type { TokenInfo } from '@backlot/contract/schemas/identity'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { client } from '../../api/client.ts'
import { tokensQuery } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { CopyLine } from '../../ui/copy-line.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { FormError } from '../access/form-error.tsx'
import { tokenKinds } from './token-kinds.ts'

const lifetimes = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: '', label: 'It does not expire' },
] as const

/** The button, the form, and the one time that the secret is shown. */
export function CreateToken({ kind }: { kind: TokenInfo['kind'] }) {
  const [isOpen, setOpen] = useState(false)
  const queryClient = useQueryClient()
  const create = useMutation({
    mutationFn: (body: Parameters<typeof client.createToken>[0]['body']) => client.createToken({ body }),
    meta: { errorShown: true },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: tokensQuery().queryKey }),
  })
  const open = () => {
    create.reset()
    setOpen(true)
  }
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const days = String(form.get('days'))
    create.mutate({
      kind,
      name: String(form.get('name')),
      ...(days === '' ? {} : { expiresInDays: Number(days) }),
    })
  }
  const words = tokenKinds[kind]
  return (
    <>
      <Button onClick={open}>{words.create}</Button>
      <Dialog
        title={create.data === undefined ? words.create : create.data.name}
        open={isOpen}
        onClose={() => setOpen(false)}
      >
        {create.data === undefined ? (
          <form className="form" onSubmit={onSubmit}>
            <TextField
              label="Name"
              name="name"
              required
              maxLength={120}
              placeholder={words.namePlaceholder}
              autoComplete="off"
            />
            <SelectField label="Valid for" name="days" options={lifetimes} defaultValue="90" />
            <FormError error={create.error} />
            <Button type="submit" tone="primary" busy={create.isPending}>
              Create
            </Button>
          </form>
        ) : (
          <CreatedToken kind={kind} secret={create.data.secret} onDone={() => setOpen(false)} />
        )}
      </Dialog>
    </>
  )
}

function CreatedToken({ kind, secret, onDone }: { kind: TokenInfo['kind']; secret: string; onDone: () => void }) {
  return (
    <div className="form">
      <p>Copy it now: it is shown this once, and only its fingerprint is kept.</p>
      <CopyLine label="Token" text={secret} />
      {kind === 'worker_join' && (
        <>
          <p className="muted">On the machine that shall render:</p>
          <CopyLine
            prompt
            label="Command that starts the worker"
            text={`BACKLOT_WORKER_TOKEN=${secret} ./backlot worker --server ${location.origin}`}
          />
        </>
      )}
      <Button tone="primary" onClick={onDone}>
        I have copied it
      </Button>
    </div>
  )
}
