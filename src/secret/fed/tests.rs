//! What is handed to programs that ask, and what is not.

use super::*;

#[test]
fn what_is_handed_to_a_program_that_asks_is_found_however_short_it_is() {
    for line in [
        "echo Wq7z | sudo -S npx -y x",
        "echo 'Wq7z' | sudo -kS -p '' npx",
        "echo -n \"Wq7z\"|sudo -u root -S x",
        "sudo -S x <<< Wq7z",
        "sudo -S x <<<\"Wq7z\" && y",
        "sudo -S x <<EOF && y\nWq7z\nEOF\nz",
        "sudo -S x < <(echo Wq7z)",
        "(echo Wq7z; cat a.sh) | sudo -S bash",
        "{ echo Wq7z; cat; } | sudo --stdin bash",
        "cd /x && printf '%s\\n' Wq7z | docker login -u me --password-stdin r.test && docker run -i a/b",
        "echo Wq7z | podman login r.test",
        "echo Wq7z | gh auth login --with-token",
        "echo Wq7z | vault login -",
        "echo Wq7z | acme login --token-stdin",
        "echo Wq7z | acme --password - x",
        "echo Wq7z | acme --api-key=/dev/stdin",
        "echo Wq7z | gpg --batch --passphrase-fd 0 -d k.gpg > e",
        "echo Wq7z | openssl enc -d -pass stdin -in a",
        "echo Wq7z | cryptsetup open /dev/sda x -",
        "echo Wq7z | npx wrangler secret put KEY",
        "echo Wq7z | tee /tmp/x | sudo -S y",
        "cat <<EOF | docker login --password-stdin\nWq7z\nEOF\nx",
        "echo Wq7z | su - root -c x",
        "cd /x\necho Wq7z | \\\n  sudo -S x",
        "echo Wq7z |\n  sudo -S x",
        "'Wq7z' | docker login --password-stdin -u me; npx x",
        "Write-Output Wq7z | docker.exe login --password-stdin",
        "ansible-vault view --vault-password-file <(echo Wq7z) a.yml",
        "openssl enc -pass file:<(echo Wq7z) -in a",
        "$p = ConvertTo-SecureString 'Wq7z' -AsPlainText -Force; x",
    ] {
        assert_eq!(secrets(line), ["Wq7z"], "{line}");
    }
    assert_eq!(of_words(["/c", "echo", "Wq7z", "|", "docker", "login"].into_iter()), ["Wq7z"]);
    assert_eq!(of_words(["/c", "echo", "Wq7z|", "docker", "login"].into_iter()), ["Wq7z"]);
    assert_eq!(secrets("echo 'pa$sWq7z' | sudo -S x"), ["pa$sWq7z"]);
}

#[test]
fn variables_placeholders_answers_and_other_programs_are_none() {
    for line in [
        "echo $PW | sudo -S x",
        "echo \"$PW\" | sudo -S x",
        "echo \"${PW}\" | docker login --password-stdin",
        "echo \"$(cat pw)\" | docker login --password-stdin",
        "echo `cat pw` | docker login --password-stdin",
        "echo ${PW} | sudo -S x",
        "echo $(cat pw) | docker login --password-stdin",
        "ansible-vault view --vault-password-file <(echo ${PW}) a.yml",
        "ansible-vault view --vault-password-file <(pass show $(x y)) a.yml",
        "node x.js <(echo Wq7z)",
        "cat pw | docker login --password-stdin",
        "echo <password> | sudo -S x",
        "echo your-password | sudo -S x",
        "echo y | npm login",
        "echo Wq7z | tee a.txt",
        "echo Wq7z | mysql db",
        "echo Wq7z | sudo tee /etc/x",
        "echo Wq7z | sudo npx -S x",
        "echo Wq7z | node server.js",
        "echo Wq7z; cat pw | sudo -S x",
        "echo Wq7z > /dev/null 2>&1; docker login",
        "echo Wq7z || docker login",
        "docker login && echo Wq7z",
        "npx -y x --a=b|c",
        "cat /etc/passwd | grep x <<< Wq7z",
        "sudo -S bash <<EOF\na script of words\nEOF",
    ] {
        assert_eq!(secrets(line), [""; 0], "{line}");
    }
    for unit in ["echo a|", "${", "$(", "(", "<<<", "<<A\n", "{|", "'", "\"a|", "<(", "$("] {
        assert!(secrets(&format!("{} | sudo -S x", unit.repeat(50_000))).len() < 60_000, "{unit}");
    }
}
