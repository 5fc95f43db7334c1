// Brings MongoDB from an empty volume to a replica set of one with a user. The pod's startup probe
// runs it by mongosh until it ends well, so every step first looks whether it has been done already,
// and an error only means "not yet".
//
// Without login: mongod lets a connection from its own machine do exactly these things while it has
// no user at all ("localhost exception": initiate the set, make the first user in admin).
// The values arrive through the environment: LAB_MEMBER (host:port), LAB_USER, LAB_DATABASE,
// LAB_SECRET_FILE, LAB_KEYFILE.
const { readFileSync } = require('fs');

const UNAUTHORIZED = 13; // here: there is a user already
const member = process.env.LAB_MEMBER;
const user = process.env.LAB_USER;
const database = process.env.LAB_DATABASE;
const secret = readFileSync(process.env.LAB_SECRET_FILE, 'utf8').replace(/\r?\n$/, '');
const admin = db.getSiblingDB('admin');
const roles = [{ role: 'root', db: 'admin' }];

function initiate() {
  // While a set is still being read from the disk it looks uninitiated too. Then this is refused,
  // and the next run of the probe finds it there.
  if (!admin.hello().setName) {
    const members = [{ _id: 0, host: member }];
    admin.runCommand({ replSetInitiate: { _id: 'rs0', members: members } });
  }
  for (let tries = 0; !admin.hello().isWritablePrimary; tries++) {
    if (tries === 50) {
      throw new Error('the replica set rs0 has no primary yet');
    }
    sleep(200);
  }
}

function makeUser() {
  try {
    admin.createUser({ user: user, pwd: secret, roles: roles });
  } catch (error) {
    if (error.code !== UNAUTHORIZED) {
      throw error;
    }
  }
}

// The Secret's password may have changed since the last start. Members of a set trust each other by
// the key file, as the user __system, and so does this one itself.
function giveSecret() {
  const key = readFileSync(process.env.LAB_KEYFILE, 'utf8').replace(/\s/g, '');
  db.getSiblingDB('local').auth({ user: '__system', pwd: key, mechanism: 'SCRAM-SHA-256' });
  for (const each of [admin, db.getSiblingDB(database)]) {
    if (each.getUser(user)) {
      each.updateUser(user, { pwd: secret });
    }
  }
  print('setup: user ' + user + ' has the login of the Secret now');
}

function login() {
  try {
    admin.auth(user, secret);
  } catch (error) {
    giveSecret();
    admin.auth(user, secret);
  }
}

// A connection string that ends in /defaultdb logs in against that database, not against admin.
function makeUserInDatabase() {
  const other = db.getSiblingDB(database);
  try {
    login();
  } catch (error) {
    // No reason to stop: who has the old login goes on with it.
    print('setup: user ' + user + ' does not have the login of the Secret: ' + error.codeName);
    return;
  }
  if (!other.getUser(user)) {
    other.createUser({ user: user, pwd: secret, roles: roles });
  }
}

initiate();
makeUser();
makeUserInDatabase();
