import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sleep } from '@backlot/base/wait'
import { createClient } from '@backlot/contract/client'

const person = { email: 'dev@backlot.localhost', name: 'Developer', password: 'backlot development' }

/** Waits for the development server and makes sure that there is somebody to sign in as, and a join token. */
export async function seedDevelopment(
  server: string,
  dataFolder: string,
  signal: AbortSignal,
): Promise<{ email: string; password: string; workerToken: string }> {
  const client = createClient({ server })
  for (;;) {
    const info = await client.info({}).catch(() => undefined)
    if (info !== undefined) {
      if (info.setupNeeded) {
        const token = await readFile(join(dataFolder, 'setup-token'), 'utf8')
        await client.setup({ body: { token: token.trim(), ...person } })
      }
      const session = await client.signIn({ body: person })
      const own = createClient({ server, headers: () => ({ authorization: `Bearer ${session.token}` }) })
      const { secret } = await own.createToken({ body: { name: 'dev worker', kind: 'worker_join', expiresInDays: 1 } })
      return { email: person.email, password: person.password, workerToken: secret }
    }
    await sleep(300, signal)
  }
}
