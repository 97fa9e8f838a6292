//! The check on a small tree of two features.

use super::*;

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}

/// A tree in which all is as it should be.
fn tree() -> Vec<SourceFile> {
    vec![
        file(
            "p2p/session/src/channels/mod.rs",
            "mod chat;\nmod video;\n\nchannels! {\n    2 Video(VideoMessage),\n    4 Chat(ChatMessage),\n}\n",
        ),
        file("p2p/session/src/channels/control/mod.rs", "pub struct Goodbye;\n"),
        file("p2p/session/src/channels/chat/mod.rs", "pub struct ChatMessage;\npub(crate) struct Step;\n"),
        file("p2p/session/src/channels/video/mod.rs", "pub struct VideoMessage;\n"),
        file(
            "p2p/session/src/session/mod.rs",
            "// The video's window.\nfn control() -> Goodbye {}\nstruct Step;\n",
        ),
        file(
            "node/src/features/mod.rs",
            "mod chat;\nmod view;\nmod words;\npub use chat::{\n    ChatCommand, ChatEvent,\n};\npub(crate) use view::ViewEvent;\n",
        ),
        file("node/src/features/chat/mod.rs", "use beistand_session::ChatMessage;\n"),
        file("node/src/features/view/mod.rs", "use beistand_session::VideoMessage;\npub struct ViewEvent;\n"),
        file("node/src/features/view/words/en.ftl", "view = The screen\n"),
        file("node/src/features/words/mod.rs", "//! Of all features.\n"),
        file("node/src/lib.rs", "crate::features! {\n    View { needs: [View] },\n    Chat {},\n}\n"),
        file(
            "node/platform/src/traits.rs",
            "pub trait Desktop {\n    /// Chat, aloud.\n    fn chat(&self) -> Voice {\n        no_chat()\n    }\n\n    fn view(&self);\n}\n",
        ),
        file("node/platform/src/x11/chat/mod.rs", "pub struct X11Chat;\n"),
        file("node/platform/src/x11/mod.rs", "mod chat;\nuse chat::X11Chat;\n"),
        file("tests/tests/e2e/chat.rs", "// chat\n"),
        file("tests/tests/e2e/main.rs", "mod chat;\n"),
        file("gui/src/app.rs", "let view = viewer.view();\n"),
    ]
}

const COMMON: &[CommonWord] = &[CommonWord { feature: "view", meaning: "a window's part" }];

fn broken(files: &[SourceFile], exceptions: &[RoomException]) -> Vec<String> {
    violations(files, &features(files), exceptions, COMMON)
}

#[test]
fn features_are_read_from_the_folders() {
    let features = features(&tree());
    let names: Vec<Vec<&str>> = features.iter().map(|feature| feature.names().collect()).collect();
    assert_eq!(names, [vec!["chat"], vec!["view", "video", "cursor", "viewpoint"]]);
}

#[test]
fn a_tree_that_keeps_to_its_rooms_passes() {
    assert_eq!(broken(&tree(), &[]), [""; 0]);
}

#[test]
fn a_word_in_code_in_a_comment_or_in_a_text_is_found() {
    for (path, text) in [
        ("node/src/json.rs", "fn chat_line() {}"),
        ("node/src/json.rs", "\n// a line of chat"),
        ("gui/words/en.ftl", "chat-button = Write"),
        ("gui/src/app.rs", "const MAX_CHAT: usize = 1;"),
        ("node/src/features/mod.rs", "fn chat() {}"),
        ("tests/tests/e2e/main.rs", "fn f() { chat::talk() }"),
        ("node/platform/src/x11/mod.rs", "struct ChatPart;"),
    ] {
        let mut files = tree();
        files.retain(|file| file.path != path);
        files.push(file(path, text));
        let line = text.lines().count();
        assert_eq!(broken(&files, &[]), [format!("{path}:{line} speaks of chat")]);
    }
}

#[test]
fn of_a_common_word_types_variants_and_paths_are_found() {
    for (text, speaks) in [
        ("fn f(event: ViewEvent) {}", true),
        ("FeatureCommand::View(command)", true),
        ("use crate::features::view::Decoding;", true),
        ("Message::Video(message)", true),
        ("use beistand_session::VideoMessage;", true),
        ("let view = Viewport::new(); // a view", false),
        ("Permission::View", false),
    ] {
        let mut files = tree();
        files.push(file("gui/src/other.rs", text));
        assert_eq!(broken(&files, &[]).len(), usize::from(speaks), "{text}");
    }
}

#[test]
fn a_list_and_a_method_of_the_platform_end_where_their_brackets_do() {
    let mut files = tree();
    files.push(file("node/src/other.rs", "features! {\n    Chat {},\n}\nfn f() { chat() }\n"));
    files.push(file(
        "node/platform/src/fake.rs",
        "    fn chat(&self) {\n        chat::open()\n    }\n\n    fn open_chat(&self) {}\n",
    ));
    assert_eq!(
        broken(&files, &[]),
        ["node/platform/src/fake.rs:5 speaks of chat", "node/src/other.rs:4 speaks of chat"]
    );
}

#[test]
fn an_exception_excuses_a_file_until_nothing_needs_it() {
    let exceptions = [
        RoomException { path: "node/src/json.rs", feature: "chat", reason: "" },
        RoomException { path: "gui/", feature: "*", reason: "" },
    ];
    let mut files = tree();
    files.push(file("node/src/json.rs", "chat"));
    files.push(file("gui/src/deep/file.rs", "chat"));
    assert_eq!(broken(&files, &exceptions), [""; 0]);
    files.pop();
    let broken = broken(&files, &exceptions);
    assert_eq!(broken.len(), 1);
    assert!(broken[0].starts_with("gui/ speaks no more of *"), "{broken:?}");
}

#[test]
fn a_common_word_without_its_feature_is_found() {
    let mut files = tree();
    files.retain(|file| !file.path.contains("/view/"));
    assert_eq!(broken(&files, &[]), ["there is no feature view: take it out of the common words"]);
}
