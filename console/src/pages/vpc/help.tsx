// What the help panel says on the VPC pages.

export function GroupHelp() {
  return (
    <>
      <p>
        A database or a cache admits whom an inbound rule of one of its groups names: by address block, or by the group that the
        client is in.
      </p>
      <dl>
        <dt>My IP</dt>
        <dd>The address that haar saw your browser come from. A browser on the same machine is 127.0.0.1.</dd>
        <dt>Anywhere-IPv4</dt>
        <dd>0.0.0.0/0: everybody who can reach the endpoint.</dd>
        <dt>Security group</dt>
        <dd>What is in that group: give an application&apos;s group to let its instances in.</dd>
      </dl>
      <p>Connections that are open stay open when a rule is removed; new ones are refused at once.</p>
    </>
  );
}

export function CreateEndpointHelp() {
  return (
    <>
      <p>
        An interface endpoint is a network interface in your subnets; a gateway endpoint is a target of routes. Both lead to an
        AWS service, and their policy says what may be asked through them.
      </p>
    </>
  );
}
