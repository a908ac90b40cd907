// What the help panel says on Create database.

export function CreateHelp() {
  return (
    <>
      <p>A DB cluster is one volume with instances: the writer takes all statements, readers answer reads and take over. Connect to the
        cluster endpoint, which always leads to the writer.</p>
      <dl>
        <dt>Who can connect</dt><dd>Nobody, until a rule of a security group lets them in: make a group in the VPC console, or let this
          page make one for your address.</dd>
        <dt>Public access</dt><dd>A client on this machine comes from outside of the VPC, so it needs Yes.</dd>
        <dt>Port</dt><dd>Each endpoint has an address of its own, so the standard port is free.</dd>
      </dl>
    </>
  );
}
