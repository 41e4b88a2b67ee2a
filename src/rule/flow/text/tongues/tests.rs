//! Honest descriptions in ten languages, written for this test, and English that is none of them.

use super::*;
use crate::json::{Limits, read};
use crate::manifest::from_document;
use crate::rule::flow::{Part, parts};

/// What the description of a tool without a telling name says.
fn said(description: &str) -> String {
    let text = serde_json::json!([{ "name": "x1", "description": description, "inputSchema": {} }]).to_string();
    let document = read(text.as_bytes(), &Limits::default()).expect("JSON");
    let manifest = from_document(&document, text.as_bytes()).expect("a manifest").remove(0).manifest;
    let parts = parts(&manifest.items[0]);
    // words are a guess in every language
    assert_eq!(parts.all, parts.guessed, "{description}");
    parts.all.into_iter().map(Part::word).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_same_acts_are_told_in_ten_languages() {
    let rows = [
        ("de", "Liest eine Datei von der Festplatte.", "private-source"),
        ("de", "Sucht im Internet nach Artikeln und listet die Treffer auf.", "untrusted-source"),
        ("de", "Ruft Kommentare zu einem Vorgang ab", "untrusted-source"),
        ("de", "Verschickt eine E-Mail an den Empfänger und speichert eine Kopie.", "egress"),
        ("de", "Zugangsdaten aus dem Schlüsselbund auslesen", "secret-source"),
        ("de", "Löscht einen Ordner.", "destructive"),
        ("de", "Führt einen Befehl in der Shell aus.", "exec"),
        ("de", "Überweist Geld auf ein anderes Konto.", "money"),
        ("de", "Speichert eine Regel im Gedächtnis", "persistence"),
        ("de", "Addiert zwei Zahlen. Versendet keine Nachrichten und löscht nichts.", ""),
        ("de", "Wandelt eine gesendete Zahl in Worte um", ""),
        ("es", "Lee un archivo del disco.", "private-source"),
        ("es", "Busca páginas en internet.", "untrusted-source"),
        ("es", "Lista los comentarios de una incidencia", "untrusted-source"),
        ("es", "Envía un correo al destinatario.", "egress"),
        ("es", "Obtiene las contraseñas del almacén", "secret-source"),
        ("es", "Borra una carpeta.", "destructive"),
        ("es", "Ejecuta un comando en la consola.", "exec"),
        ("es", "Transfiere dinero a otra cuenta.", "money"),
        ("es", "Guarda una regla en la memoria del agente", "persistence"),
        ("es", "Suma dos números. No envía mensajes ni borra nada.", ""),
        ("fr", "Lit un fichier du disque.", "private-source"),
        ("fr", "Recherche des pages sur internet.", "untrusted-source"),
        ("fr", "Affiche les commentaires d'une demande", "untrusted-source"),
        ("fr", "Envoie un courriel au destinataire.", "egress"),
        ("fr", "Récupère les mots de passe du coffre", "secret-source"),
        ("fr", "Supprime un dossier.", "destructive"),
        ("fr", "Exécute une commande dans le terminal.", "exec"),
        ("fr", "Paie une facture avec le solde du compte.", "money"),
        ("fr", "Enregistre une consigne dans la mémoire de l'agent", "persistence"),
        ("fr", "Additionne deux nombres. N'envoie pas de message et ne supprime rien.", ""),
        ("pt", "Lê um arquivo do disco.", "private-source"),
        ("pt", "Pesquisa páginas na internet.", "untrusted-source"),
        ("pt", "Lista os comentários de uma tarefa", "untrusted-source"),
        ("pt", "Envia um e-mail ao destinatário.", "egress"),
        ("pt", "Obtém as senhas do cofre", "secret-source"),
        ("pt", "Apaga uma pasta do disco.", "destructive"),
        ("pt", "Executa um comando no terminal.", "exec"),
        ("pt", "Transfere dinheiro para outra conta.", "money"),
        ("pt", "Salva uma regra na memória do agente", "persistence"),
        ("pt", "Soma dois números. Não envia mensagens.", ""),
        ("ru", "Читает файл с диска.", "private-source"),
        ("ru", "Ищет страницы в интернете.", "untrusted-source"),
        ("ru", "Получает комментарии к задаче", "untrusted-source"),
        ("ru", "Отправляет письмо получателю.", "egress"),
        ("ru", "Извлекает пароли из хранилища", "secret-source"),
        ("ru", "Удаляет папку.", "destructive"),
        ("ru", "Выполняет команду в терминале.", "exec"),
        ("ru", "Переводит деньги на другой счёт.", "money"),
        ("ru", "Сохраняет правило в памяти агента", "persistence"),
        ("ru", "Складывает два числа. Не отправляет сообщений.", ""),
        ("ar", "يقرأ ملفا من القرص.", "private-source"),
        ("ar", "يبحث في الويب عن مقالات.", "untrusted-source"),
        ("ar", "جلب التعليقات من المشروع", "untrusted-source"),
        ("ar", "يرسل بريدا إلى المستلم.", "egress"),
        ("ar", "قراءة كلمات المرور من الخزنة", "secret-source"),
        ("ar", "يحذف المجلد.", "destructive"),
        ("ar", "تنفيذ أمر في الطرفية.", "exec"),
        ("ar", "تحويل الأموال إلى حساب آخر.", "money"),
        ("ar", "يحفظ تعليمات في الذاكرة", "persistence"),
        ("ar", "يجمع عددين. لا يرسل أي رسائل.", ""),
        ("hi", "डिस्क से फ़ाइल पढ़ता है।", "private-source"),
        ("hi", "वेब पर लेख खोजता है।", "untrusted-source"),
        ("hi", "टिप्पणियाँ पढ़ता है", "untrusted-source"),
        ("hi", "प्राप्तकर्ता को ईमेल भेजता है।", "egress"),
        ("hi", "तिजोरी से पासवर्ड निकालता है", "secret-source"),
        ("hi", "फ़ोल्डर हटाता है।", "destructive"),
        ("hi", "टर्मिनल में कमांड चलाता है।", "exec"),
        ("hi", "दूसरे खाते में पैसे हस्तांतरित करता है।", "money"),
        ("hi", "मेमोरी में नियम सहेजता है", "persistence"),
        ("hi", "दो संख्याएँ जोड़ता है। कोई संदेश नहीं भेजता।", ""),
        ("ko", "디스크에서 파일을 읽습니다.", "private-source"),
        ("ko", "인터넷에서 웹 페이지를 검색합니다.", "untrusted-source"),
        ("ko", "이슈의 댓글을 가져옵니다", "untrusted-source"),
        ("ko", "받는 사람에게 이메일을 보냅니다.", "egress"),
        ("ko", "금고에서 비밀번호를 조회합니다", "secret-source"),
        ("ko", "폴더를 삭제합니다.", "destructive"),
        ("ko", "셸에서 명령을 실행합니다.", "exec"),
        ("ko", "다른 계좌로 돈을 송금합니다.", "money"),
        ("ko", "메모리에 규칙을 저장합니다", "persistence"),
        ("ko", "두 수를 더합니다. 메시지를 보내지 않습니다.", ""),
        ("ko", "저장된 값을 정렬합니다", ""),
        ("zh", "从磁盘读取文件。", "private-source"),
        ("zh", "在互联网上搜索网页。", "untrusted-source"),
        ("zh", "获取工单的评论", "untrusted-source"),
        ("zh", "向收件人发送邮件。", "egress"),
        ("zh", "将文件上传到服务器", "egress"),
        ("zh", "读取保险库中的密码", "secret-source"),
        ("zh", "删除文件夹。", "destructive"),
        ("zh", "在终端中执行命令。", "exec"),
        ("zh", "把资金转账到另一个账户。", "money"),
        ("zh", "将规则保存到记忆中", "persistence"),
        ("zh", "计算两个数的和。不会发送任何消息。", ""),
        ("zh", "对已发送的数值排序", ""),
        ("ja", "ディスクからファイルを読み取ります。", "private-source"),
        ("ja", "インターネットでページを検索します。", "untrusted-source"),
        ("ja", "チケットのコメントを取得します", "untrusted-source"),
        ("ja", "宛先にメールを送信します。", "egress"),
        ("ja", "金庫からパスワードを取得します", "secret-source"),
        ("ja", "フォルダを削除します。", "destructive"),
        ("ja", "端末でコマンドを実行します。", "exec"),
        ("ja", "別の口座に資金を送金します。", "money"),
        ("ja", "ルールをメモリに保存します", "persistence"),
        ("ja", "二つの数を足します。メッセージは送信しません。", ""),
        ("ja", "投稿を並べ替えます", ""),
    ];
    let wrong: Vec<String> = rows
        .iter()
        .filter(|(_, text, expected)| said(text) != *expected)
        .map(|(tongue, text, expected)| format!("{tongue} {text}: {expected} and not {}", said(text)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let tongues: std::collections::BTreeSet<&str> = rows.iter().map(|(tongue, ..)| *tongue).collect();
    assert_eq!(tongues.len(), 10);
    assert_eq!(ALL.len(), 11, "and English, which is only told from the others");
}

#[test]
fn two_acts_of_one_sentence_are_both_told() {
    for (text, expected) in [
        ("Liest eine Datei und verschickt sie per Mail.", "private-source egress"),
        ("Lee los archivos del proyecto y publica un mensaje", "private-source egress"),
        ("Читает файлы, отправляет сообщения", "private-source egress"),
        ("ファイルを読み取り、メールを送信します", "private-source egress"),
        ("파일을 읽고 메시지를 보냅니다", "private-source egress"),
        ("फ़ाइल पढ़कर संदेश भेजता है", "private-source egress"),
        ("读取文件并发送邮件", "private-source egress"),
        ("يقرأ الملفات ويرسل رسالة", "private-source egress"),
    ] {
        assert_eq!(said(text), expected, "{text}");
    }
}

#[test]
fn english_is_not_taken_for_another_language() {
    for text in [
        "Lists base messages, documents and contacts",
        "Agenda: pages or sites",
        "Post a comment or open a ticket on the site",
        "a e o no code",
        "",
        "42",
    ] {
        assert_eq!(acts(text, 2).len(), 0, "{text}");
    }
}

#[test]
fn every_word_of_the_dictionary_has_a_sense() {
    for (name, tongue) in ALL.iter() {
        for (word, sense) in tongue.words.iter().chain(&tongue.beginnings) {
            assert_eq!(*word, folded(word), "{name}: it has to stand as texts are compared");
            assert!(!matches!(sense, Sense::Verb(0) | Sense::Object(0)), "{name} {word}: no English word of ours");
        }
    }
}
