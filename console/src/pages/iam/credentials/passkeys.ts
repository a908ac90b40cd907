// Passkeys are registered by the sign-in service: AWS's API has no operation for it.
export const passkeysWork = (): boolean => false;

export async function registerPasskey(_userName: string | undefined, _name: string): Promise<void> {
  throw new Error('Passkeys cannot be registered here.');
}
