//! Programs × forms of a line × outputs: what a program is given as a password is found and printed nowhere; the same line
//! with a variable or a placeholder is honest.

use serde_json::{Value, json};

use crate::scene::Scene;
use crate::secret_places::{places_of, said};

/// Made up by a person.
const MADE_UP: &str = "S3cretPw99y";
/// Letters alone.
const LETTERS: &str = "wolfgangsee";

/// Lines with a password at `{P}`. Of the first list also letters alone are one.
const SURE: [&str; 78] = [
    "mysql -u root -p{P} db",
    "mysqldump --password={P} db",
    "mariadb -p{P}",
    "mongosh -u me -p {P}",
    "mongodump --password {P}",
    "cqlsh -u me -p {P}",
    "redis-cli -h h -a {P}",
    "redis-cli --pass {P} ping",
    "redis-server --requirepass {P}",
    "sqlcmd -S h -U sa -P {P}",
    "bcp t out f -S h -U sa -P {P}",
    "isql DSN me {P}",
    "snowsql -a acct -u me -p {P}",
    "beeline -u jdbc:hive2://h -n me -p {P}",
    "couchbase-cli server-list -c h -u me -p {P}",
    "clickhouse-client --user me --password {P}",
    "psql --password={P}",
    "cypher-shell -u neo4j -p {P}",
    "influx -username me -password {P}",
    "db2 connect to db user me using {P}",
    "mosquitto_pub -h h -u me -P {P} -t t",
    "mosquitto_passwd -b file me {P}",
    "ipmitool -H h -U me -P {P} power status",
    "rabbitmqctl add_user me {P}",
    "rabbitmqctl change_password me {P}",
    "rabbitmqctl -n rabbit@h authenticate_user me {P}",
    "rabbitmqadmin -u me -p {P} list queues",
    "amqp-publish --username me --password {P}",
    "htpasswd -b file me {P}",
    "htpasswd -bc file me {P}",
    "htpasswd -nb me {P}",
    "htpasswd -b -C 10 file me {P}",
    "wpa_passphrase ssid {P}",
    "sshpass -p {P} ssh me@h",
    "sshpass -p{P} ssh me@h",
    "7z x -p{P} a.7z",
    "rar a -hp{P} a.rar",
    "zip -P {P} a.zip a",
    "unzip -P {P} a.zip",
    "openssl enc -aes-256-cbc -pass pass:{P} -in a",
    "openssl rsa -passin pass:{P} -in a",
    "openssl enc -k {P} -in a",
    "keytool -list -storepass {P}",
    "keytool -list -keystore a -srcstorepass {P}",
    "jarsigner -keypass {P} a.jar alias",
    "apksigner sign --ks-pass pass:{P} a.apk",
    "gpg --batch --passphrase {P} -d a",
    "ssh-keygen -t ed25519 -N {P} -f a",
    "security unlock-keychain -p {P} login.keychain",
    "security add-generic-password -a me -s s -w {P}",
    "ldapsearch -x -D cn=me -w {P}",
    "ldapmodify -w{P} -f a",
    "slappasswd -s {P}",
    "kadmin -p me -w {P}",
    "samba-tool user create me {P}",
    "smbclient //h/s {P}",
    "smbclient -U me%{P} //h/s",
    "rpcclient -U me%{P} h",
    "plink -ssh h -l me -pw {P}",
    "pscp -pw {P} a h:",
    "xfreerdp /v:h /u:me /p:{P}",
    "rdesktop -u me -p {P} h",
    "net use X: \\\\h\\s {P}",
    "net user me {P} /add",
    "cmdkey /add:h /user:me /pass:{P}",
    "psexec \\\\h -u me -p {P} cmd",
    "schtasks /create /ru me /rp {P} /tn t",
    "rasdial office me {P}",
    "lftp -u me,{P} h",
    "ncftpput -u me -p {P} h . a",
    "curl -u me:{P} https://a.test",
    "curl -sS --proxy-user me:{P} https://a.test",
    "wget --http-password={P} https://a.test",
    "xh -a me:{P} https://a.test",
    "swaks --auth-password {P} --to a@b.test",
    "docker login -u me -p {P} r.test",
    "helm registry login r.test -u me -p {P}",
    "az login -u me -p {P}",
];

const MADE: [&str; 33] = [
    "mysql -p {P}",
    "npx -y mysql-mcp@1.0.0 -p {P}",
    "docker exec -i db mysql -p{P}",
    "sqlplus scott/{P}@db",
    "cf auth me {P}",
    "vault login {P}",
    "vault kv put secret/a foo={P}",
    "bw unlock {P}",
    "kubectl create secret generic n --from-literal=foo={P}",
    "fly secrets set FOO={P}",
    "pulumi config set --secret foo {P}",
    "gh secret set FOO --body {P}",
    "aws secretsmanager create-secret --name a --secret-string {P}",
    "mc alias set a https://a.test me {P}",
    "git config user.password {P}",
    "git config --global acme.password {P}",
    "npm config set //r.test/:_password {P}",
    "config set db.password {P}",
    "redis-cli CONFIG SET requirepass {P}",
    "aws configure set x.password {P}",
    "occ config:system:set dbpassword --value={P}",
    "reg add HKCU\\x /v Password /d {P}",
    "java -Dspring.datasource.password={P} -jar x.jar",
    "java -jar x.jar --spring.datasource.password={P}",
    "env spring.datasource.password={P} java -jar x.jar",
    "cmd /c set app.password={P}",
    "kcat -b h -X sasl.password={P}",
    "mysql -e \"ALTER USER me IDENTIFIED BY '{P}'\"",
    "psql -c \"ALTER ROLE me WITH PASSWORD '{P}'\"",
    "nmcli dev wifi connect ssid password {P}",
    "expect -c 'expect \"assword:\"; send \"{P}\\r\"'",
    "kafka-topics --property password={P}",
    "svn co --username me --password {P} https://a.test/svn",
];

/// Lines of a shell alone.
const SHELL: [&str; 9] = [
    "ansible-vault view --vault-password-file <(echo {P}) a.yml",
    "ansible-playbook --vault-password-file=/x --become-password-file <(printf %s {P}) a.yml",
    "openssl enc -pass file:<(echo {P}) -in a",
    "kubectl create secret generic n --from-file=key=<(echo {P})",
    "cd /x && set app.password={P}; node x.js",
    "export PGPASSWORD={P}; psql -h h",
    "DB_PASSWORD=S3cret.Pw99y.{P} node x.js",
    "sudo -u me env A=b mysql -p{P} db",
    "node x.js | redis-cli -a {P}",
];

/// The words of a line as a client hands them over: no quotes in quotes.
fn words(line: &str) -> Vec<String> {
    let (mut out, mut quote, mut word) = (Vec::new(), None, String::new());
    for c in line.chars() {
        match quote {
            Some(q) if c == q => quote = None,
            Some(_) => word.push(c),
            None if matches!(c, '\'' | '"') => quote = Some(c),
            None if c == ' ' => out.push(std::mem::take(&mut word)),
            None => word.push(c),
        }
    }
    out.push(word);
    out
}

/// Every line in every form, with its name.
fn servers(password: &str, lists: &[&[&str]], own: &[&str]) -> Vec<(String, Value)> {
    let mut out = Vec::new();
    for line in lists.iter().copied().flatten() {
        let filled = line.replace("{P}", password);
        let all = words(&filled);
        out.push((format!("{line} as words"), json!({ "command": all[0], "args": all[1..] })));
        out.push((format!("{line} behind"), json!({ "command": "sudo", "args": all })));
        for (shell, option) in [("sh", "-c"), ("cmd", "/c"), ("pwsh", "-Command")] {
            let args = [option, &format!("cd x && {filled}")];
            out.push((format!("{line} in {shell}"), json!({ "command": shell, "args": args })));
        }
        out.push((format!("{line} in env"), json!({ "command": "x", "env": { "RUN": filled } })));
    }
    for line in own {
        let filled = line.replace("{P}", password);
        out.push((format!("{line} in bash"), json!({ "command": "bash", "args": ["-c", filled] })));
    }
    out
}

fn told(servers: &[(String, Value)]) -> (Scene, Vec<String>) {
    let scene = Scene::new();
    let map: serde_json::Map<String, Value> =
        servers.iter().enumerate().map(|(i, (_, s))| (format!("s{i}"), s.clone())).collect();
    let text = format!("{:#}", json!({ "mcpServers": map }));
    scene.write(".mcp.json", &text);
    let report = scene.run(&["scan", ".", "--config-only", "--output", "json"]).json();
    // the server that a line of the file belongs to
    let lines: Vec<&str> = text.lines().collect();
    let of = |line: u64| {
        let before = lines[..line as usize].iter().rev();
        let name = before.filter_map(|l| l.trim().strip_prefix("\"s")?.strip_suffix("\": {")?.parse::<usize>().ok());
        name.map(|i| servers[i].0.clone()).next()
    };
    let mut all: Vec<String> = places_of(&report).into_iter().filter_map(|(line, _)| of(line)).collect();
    all.dedup();
    (scene, all)
}

#[test]
fn what_a_program_is_given_as_a_password_is_found_and_printed_in_no_format() {
    let mut all = servers(MADE_UP, &[&SURE, &MADE], &SHELL);
    all.extend(servers(LETTERS, &[&SURE], &[]));
    let (_, found) = told(&all);
    let missed: Vec<&String> = all.iter().map(|(name, _)| name).filter(|name| !found.contains(name)).collect();
    assert!(missed.is_empty(), "{} of {}: {missed:#?}", missed.len(), all.len());
    // every form once, and every line in two
    let printed: Vec<(String, Value)> = all
        .into_iter()
        .enumerate()
        .filter(|(at, (name, _))| at % 7 == 0 || name.ends_with("as words") || name.ends_with("in bash"))
        .map(|(_, server)| server)
        .collect();
    for (run, said) in said(&told(&printed).0) {
        for word in [MADE_UP, LETTERS] {
            let near = said.find(word).map(|at| said[..at].chars().rev().take(60).collect::<String>());
            assert_eq!(near, None, "{run}");
        }
    }
}

#[test]
fn the_same_lines_with_a_variable_or_a_placeholder_are_honest() {
    for filler in ["${PASSWORD}", "<password>", "your-password", "changeme"] {
        let (_, told) = told(&servers(filler, &[&SURE, &MADE], &SHELL[..6]));
        assert!(told.is_empty(), "{filler}: {told:#?}");
    }
    let (_, told) = told(&servers("$PASSWORD", &[&SURE[..60]], &[]));
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn options_that_have_a_program_ask_are_followed_by_no_password() {
    for line in [
        "psql -h db --password inventory2",
        "psql -W inventory2",
        "pg_dump --password inventory2",
        "createuser --pwprompt inventory2",
        "trino --password inventory2",
        "mysql -u root -p inventory2",
        "mysqldump --password inventory2",
        "redis-cli --askpass inventory2",
        "clickhouse-client --ask-password inventory2",
        "smbclient --machine-pass share2024",
        "ansible-playbook --ask-become-pass site2",
        "adduser --disabled-password builder2",
        "gh auth login --with-token main2",
        "7z x -p backup2.7z",
        "curl -u user: https://a.test",
    ] {
        let (_, found) = told(&servers("", &[&[line]], &[]));
        assert!(found.is_empty(), "{found:#?}");
    }
    // what is called so nowhere is what a person took for the value
    for line in ["psql --password S3cretPw99y", "mysql -p S3cretPw99y", "redis-cli --askpass q8Zt3LpW9xVb2NcR7mKd"] {
        let (_, found) = told(&servers("", &[&[line]], &[]));
        assert!(!found.is_empty(), "{line}");
    }
}
