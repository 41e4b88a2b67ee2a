//! Programs that are given passwords on their command line, each as its manual says.

use super::Client;
use super::Way::{self, Asks, Assigned, Behind, Flag, Joined, Operand, OptionOf, Pair, With};

/// A program whose name is no word of anything else.
const fn client(names: &'static [&'static str], ways: &'static [Way]) -> Client {
    Client { names, anywhere: true, valued: &[], ways }
}

/// One whose name is a word of other things: it is the program only where a command begins.
const fn begins(names: &'static [&'static str], ways: &'static [Way]) -> Client {
    Client { names, anywhere: false, valued: &[], ways }
}

const fn valued(names: &'static [&'static str], valued: &'static [&'static str], ways: &'static [Way]) -> Client {
    Client { names, anywhere: false, valued, ways }
}

const PASSWORD: Way = Flag(&["--password", "--pass", "--passwd", "--passphrase"]);

pub(super) const CLIENTS: [Client; 82] = [
    // databases
    client(
        &[
            "mysql",
            "mysqldump",
            "mysqladmin",
            "mysqlimport",
            "mysqlshow",
            "mysqlcheck",
            "mysqlpump",
            "mysqlslap",
            "mysqlbinlog",
            "mysqlsh",
            "mariadb",
            "mariadb-dump",
            "mariadb-admin",
            "mariadb-check",
            "mariadb-import",
            "mariadb-show",
            "mycli",
            "mydumper",
            "myloader",
            "xtrabackup",
        ],
        &[Joined(&["-p", "--password="]), Asks(&["--password"])],
    ),
    client(
        &[
            "mongo",
            "mongosh",
            "mongodump",
            "mongorestore",
            "mongoexport",
            "mongoimport",
            "mongostat",
            "mongotop",
            "cqlsh",
            "sstableloader",
        ],
        &[Flag(&["-p", "-pw"]), Joined(&["-p"]), PASSWORD],
    ),
    // `-p` is a port
    client(&["nodetool"], &[Flag(&["-pw"]), PASSWORD]),
    client(
        &["redis-cli", "valkey-cli", "keydb-cli", "redli", "iredis", "redis-benchmark"],
        &[Flag(&["-a", "--pass", "--auth", "--password"])],
    ),
    begins(&["redis-server", "valkey-server"], &[Flag(&["--requirepass", "--masterauth"])]),
    valued(
        &["isql", "iusql"],
        &["-S", "-U", "-D", "-H", "-I", "-J", "-i", "-o", "-d"],
        &[Flag(&["-P"]), Joined(&["-P"]), Operand(&[], 2)],
    ),
    client(&["sqlcmd", "bcp", "osql", "tsql", "fisql", "freebcp"], &[Flag(&["-P"]), Joined(&["-P"])]),
    begins(&["mssql-cli"], &[Flag(&["-P"]), PASSWORD]),
    begins(
        &["snowsql", "snow", "beeline", "cbq", "cbimport", "cbexport", "cbbackupmgr", "couchbase-cli"],
        &[Flag(&["-p", "-w"]), PASSWORD],
    ),
    begins(&["vsql"], &[Flag(&["-w"]), PASSWORD]),
    client(&["cypher-shell", "arangosh"], &[Flag(&["-p"]), PASSWORD]),
    begins(&["surreal", "dremio"], &[Flag(&["-p"]), PASSWORD]),
    begins(&["clickhouse-client", "clickhouse", "clickhouse-local", "impala-shell"], &[PASSWORD]),
    begins(&["nzsql", "nzload"], &[Flag(&["-pw"])]),
    client(&["influx", "influxd"], &[Flag(&["-password", "-p", "-t"]), PASSWORD]),
    begins(&["neo4j-admin"], &[Operand(&["dbms", "set-initial-password"], 0), Operand(&["set-initial-password"], 0)]),
    begins(&["db2"], &[Behind(&["using"])]),
    client(&["sqlplus", "sqlldr", "expdp", "impdp", "sqlcl"], &[Pair(&["", "-L", "-S"], '/')]),
    begins(&["exp", "imp", "sql", "rman"], &[Pair(&["", "-L", "-S"], '/')]),
    // a switch, behind which the database stands
    client(
        &[
            "psql",
            "pg_dump",
            "pg_dumpall",
            "pg_restore",
            "pg_basebackup",
            "pg_receivewal",
            "pg_recvlogical",
            "pg_amcheck",
            "vacuumdb",
            "reindexdb",
            "clusterdb",
            "createdb",
            "createuser",
            "dropdb",
            "dropuser",
            "usql",
            "pgcli",
            "litecli",
        ],
        &[Joined(&["--password="]), Asks(&["--password", "-W", "--pwprompt"])],
    ),
    begins(&["trino", "presto"], &[Joined(&["--password="]), Asks(&["--password"])]),
    // queues and metrics
    client(
        &["mosquitto_pub", "mosquitto_sub", "mosquitto_rr", "mqttx", "ipmitool", "ipmi-sensors", "kdb5_util"],
        &[Flag(&["-P", "--pw"]), Joined(&["-P"]), PASSWORD],
    ),
    client(&["mosquitto_passwd"], &[With("b", &[], 2)]),
    valued(
        &["rabbitmqctl"],
        &["-n", "--node", "-p", "--vhost", "-t", "--timeout"],
        &[Operand(&["add_user"], 1), Operand(&["change_password"], 1), Operand(&["authenticate_user"], 1)],
    ),
    client(&["rabbitmqadmin", "amqp-publish", "amqp-consume", "nats"], &[Flag(&["-p"]), PASSWORD]),
    begins(&["tabcmd"], &[Flag(&["-p"]), PASSWORD]),
    begins(&["airflow"], &[OptionOf(&["users", "create"], &["-p"]), PASSWORD]),
    begins(&["odoo", "odoo-bin"], &[Flag(&["-w"]), PASSWORD]),
    begins(&["grafana-cli"], &[Operand(&["admin", "reset-admin-password"], 0)]),
    // archives, keys and signatures
    client(&["sshpass"], &[Flag(&["-p"]), Joined(&["-p"])]),
    client(&["7z", "7za", "7zz", "7zr", "rar", "unrar"], &[Joined(&["-hp", "-p"])]),
    client(&["zip", "unzip", "zipcloak", "zipinfo", "qpdf"], &[Flag(&["-P"]), Joined(&["-P"]), PASSWORD]),
    begins(&["pdftk"], &[Behind(&["user_pw", "owner_pw", "input_pw"])]),
    valued(
        &["openssl"],
        &["-salt", "-in", "-out"],
        &[Flag(&["-passin", "-passout", "-pass", "-password", "-passcerts", "-k", "-hmac"]), Operand(&["passwd"], 0)],
    ),
    client(
        &["keytool", "jarsigner", "apksigner"],
        &[Flag(&[
            "-storepass",
            "-keypass",
            "-srcstorepass",
            "-deststorepass",
            "-srckeypass",
            "-destkeypass",
            "-new",
            "--ks-pass",
            "--key-pass",
        ])],
    ),
    begins(&["signtool", "osslsigncode"], &[Flag(&["/p", "-pass"])]),
    begins(&["gpg", "gpg2", "gpg-preset-passphrase"], &[Flag(&["-P"]), PASSWORD]),
    client(&["ssh-keygen"], &[Flag(&["-N", "-P"])]),
    begins(&["security"], &[Flag(&["-p", "-P", "-w"])]),
    // names and directories
    client(
        &[
            "ldapsearch",
            "ldapadd",
            "ldapmodify",
            "ldapdelete",
            "ldapwhoami",
            "ldapcompare",
            "ldapmodrdn",
            "ldappasswd",
            "ldapexop",
            "ldapvi",
        ],
        &[Flag(&["-w", "--bindPassword"]), Joined(&["-w"])],
    ),
    begins(&["slappasswd"], &[Flag(&["-s"])]),
    begins(&["kadmin", "kadmin.local"], &[Flag(&["-w", "-pw"])]),
    begins(&["useradd", "usermod", "adduser"], &[Flag(&["-p", "--password"])]),
    begins(&["samba-tool"], &[Operand(&["user", "create"], 1), Operand(&["user", "add"], 1), PASSWORD]),
    valued(&["htpasswd"], &["-C", "-r"], &[With("n", &[], 1), With("b", &[], 2)]),
    begins(&["htdigest", "wpa_passphrase"], &[Operand(&[], 1)]),
    valued(&["mkpasswd"], &["-m", "-S", "-R"], &[Operand(&[], 0)]),
    begins(&["caddy"], &[Flag(&["--plaintext", "-plaintext"])]),
    // other machines
    client(
        &["plink", "pscp", "psftp", "putty", "kitty", "winscp", "mstsc"],
        &[Flag(&["-pw"]), Joined(&["/password="])],
    ),
    client(
        &["xfreerdp", "xfreerdp3", "wfreerdp", "sdl-freerdp", "wlfreerdp"],
        &[Joined(&["/p:", "/pass:", "/gp:"]), Flag(&["-p"])],
    ),
    client(&["cmdkey", "runas", "wmic", "dsadd"], &[Joined(&["/p:", "/pass:", "/password:"]), Flag(&["-pwd"])]),
    begins(&["sqlpackage"], &[Joined(&["/tp:", "/sp:", "/TargetPassword:", "/SourcePassword:"])]),
    client(&["schtasks", "psexec", "psexec64", "paexec"], &[Flag(&["/rp", "/p", "-p"])]),
    begins(&["rasdial"], &[Operand(&[], 2)]),
    begins(&["rdesktop", "vncdo", "vncsnapshot", "ncftp", "ncftpget", "ncftpput", "ncftpls"], &[Flag(&["-p"])]),
    begins(&["x11vnc"], &[Flag(&["-passwd", "-viewpasswd"])]),
    valued(
        &["smbclient", "rpcclient", "winexe", "smbget", "smbmap", "smbcacls"],
        &["-I", "-W", "-p", "-c", "-D", "-s", "-n", "-d", "-l", "-m", "-O", "-T", "-b", "-A"],
        &[Pair(&["-U", "--user"], '%'), Behind(&["//", "\\\\"]), PASSWORD, Asks(&["--machine-pass"])],
    ),
    begins(&["net"], &[Pair(&["-U", "--user"], '%'), Behind(&["\\\\"]), Operand(&["user"], 1)]),
    begins(&["netexec", "nxc", "crackmapexec", "evil-winrm", "hydra"], &[Flag(&["-p"])]),
    begins(&["nmcli"], &[Behind(&["password", "wifi-sec.psk", "802-11-wireless-security.psk"])]),
    begins(&["networksetup"], &[With("-setairportnetwork", &[], 2)]),
    client(
        &["curl", "curlie"],
        &[
            Pair(&["-u", "--user", "-U", "--proxy-user", "-E", "--cert"], ':'),
            Flag(&["--pass", "--proxy-pass", "--oauth2-bearer"]),
        ],
    ),
    client(
        &["wget", "wget2", "aria2c", "svn", "svnadmin", "argocd", "glab", "imapsync", "git-credential"],
        &[
            Flag(&[
                "--http-password",
                "--ftp-password",
                "--proxy-password",
                "--http-passwd",
                "--ftp-passwd",
                "--rpc-secret",
                "--password1",
                "--password2",
            ]),
            PASSWORD,
        ],
    ),
    client(&["http", "https", "xh", "xhs"], &[Pair(&["-a", "--auth"], ':')]),
    client(&["lftp"], &[Pair(&["-u", "--user"], ',')]),
    client(
        &["swaks", "sendemail", "mailsend", "blat", "smtp-cli", "ssmtp"],
        &[Flag(&["-ap", "-xp", "-pw", "-pass", "--auth-password", "--pass"])],
    ),
    // stores of secrets
    valued(
        &["vault", "bao"],
        &["-method", "-path", "-namespace", "-address"],
        &[Operand(&["login"], 0), Assigned(&["kv", "put"]), Assigned(&["kv", "patch"])],
    ),
    valued(
        &["bw"],
        &["--method", "--code", "--passwordenv", "--passwordfile"],
        &[Operand(&["login"], 1), Operand(&["unlock"], 0)],
    ),
    begins(&["op"], &[Operand(&["signin"], 2)]),
    begins(&["fly", "flyctl", "doppler", "supabase"], &[Assigned(&["secrets", "set"])]),
    begins(&["modal"], &[Assigned(&["secret", "create"])]),
    begins(&["kubectl", "oc"], &[Pair(&["--from-literal"], '='), OptionOf(&["login"], &["-p"]), PASSWORD]),
    begins(&["helm"], &[OptionOf(&["registry", "login"], &["-p"]), PASSWORD]),
    valued(&["pulumi"], &["-s", "--stack", "-C", "--cwd"], &[With("--secret", &["config", "set"], 1)]),
    begins(&["gh"], &[OptionOf(&["secret", "set"], &["-b", "--body"])]),
    begins(
        &["aws", "az"],
        &[
            Flag(&["--secret-string", "--master-user-password", "--admin-password"]),
            OptionOf(&["keyvault", "secret", "set"], &["--value"]),
            OptionOf(&["login"], &["-p"]),
        ],
    ),
    // packages and services
    begins(&["cargo", "wandb", "snyk"], &[Operand(&["login"], 0), Operand(&["auth"], 0)]),
    begins(&["ngrok"], &[Operand(&["authtoken"], 0), Operand(&["config", "add-authtoken"], 0)]),
    begins(&["cloudflared"], &[Operand(&["service", "install"], 0)]),
    begins(
        &["twine", "nuget", "choco", "composer", "poetry"],
        &[Flag(&["-p", "-Password", "-ApiKey", "-k"]), PASSWORD],
    ),
    valued(&["mc", "mcli"], &[], &[Operand(&["alias", "set"], 3), Operand(&["config", "host", "add"], 3)]),
    valued(
        &["b2", "cf"],
        &[],
        &[
            Operand(&["account", "authorize"], 1),
            Operand(&["authorize-account"], 1),
            Operand(&["auth"], 1),
            OptionOf(&["login"], &["-p"]),
        ],
    ),
];
