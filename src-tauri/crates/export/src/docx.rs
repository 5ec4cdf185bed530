//! Word: OOXML in a zip file, the few parts that a word processor asks for. The styles are those that it knows by name, so
//! that the user may restyle the whole at once. No part has a time of its own: the same transcript gives the same bytes.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::clock::{gap_line, rfc3339, short};
use crate::pieces::{Piece, head, pieces};
use crate::text::one_line;
use crate::{ExportError, Transcript};

const DECLARATION: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>"#;

const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>"#;

const DOCUMENT_RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;

/// `Time`, `Speaker`, `Gap` and `Bookmark` are this program's own; the others are built in.
const STYLES: &str = r#"<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/><w:szCs w:val="22"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="160" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style><w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/><w:pPr><w:keepNext/><w:spacing w:after="60"/></w:pPr><w:rPr><w:b/><w:sz w:val="36"/><w:szCs w:val="36"/></w:rPr></w:style><w:style w:type="paragraph" w:styleId="Subtitle"><w:name w:val="Subtitle"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/><w:pPr><w:spacing w:after="320"/></w:pPr><w:rPr><w:color w:val="595959"/></w:rPr></w:style><w:style w:type="paragraph" w:customStyle="1" w:styleId="Gap"><w:name w:val="Gap"/><w:basedOn w:val="Normal"/><w:rPr><w:i/><w:color w:val="595959"/></w:rPr></w:style><w:style w:type="paragraph" w:customStyle="1" w:styleId="Bookmark"><w:name w:val="Bookmark"/><w:basedOn w:val="Normal"/><w:pPr><w:keepNext/><w:pBdr><w:left w:val="single" w:sz="18" w:space="8" w:color="8A6A1F"/></w:pBdr></w:pPr></w:style><w:style w:type="character" w:customStyle="1" w:styleId="Time"><w:name w:val="Time"/><w:rPr><w:b/><w:color w:val="595959"/></w:rPr></w:style><w:style w:type="character" w:customStyle="1" w:styleId="Speaker"><w:name w:val="Speaker"/><w:rPr><w:b/></w:rPr></w:style></w:styles>"#;

/// A4 with margins of 2.5 cm, in twentieths of a point.
const SECTION: &str = r#"<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1417" w:right="1417" w:bottom="1417" w:left="1417" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr>"#;

/// The transcript as a Word document, each paragraph with its time.
///
/// # Errors
/// When the file would outgrow the zip format.
pub fn docx(transcript: &Transcript) -> Result<Vec<u8>, ExportError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let parts = [
        // Readers that look at the head of the file only expect it here.
        ("[Content_Types].xml", TYPES.to_owned()),
        ("_rels/.rels", RELATIONS.to_owned()),
        ("docProps/core.xml", core(transcript)),
        ("word/_rels/document.xml.rels", DOCUMENT_RELATIONS.to_owned()),
        ("word/document.xml", document(transcript)),
        ("word/styles.xml", STYLES.to_owned()),
    ];
    for (name, xml) in parts {
        zip.start_file(name, options)?;
        let written =
            zip.write_all(DECLARATION.as_bytes()).and_then(|()| zip.write_all(xml.as_bytes()));
        written.map_err(zip::result::ZipError::from)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn core(transcript: &Transcript) -> String {
    let title = escaped(&head(transcript).0.unwrap_or_default());
    // Word reads whole seconds only. A start that no calendar has is left out.
    let created = rfc3339(transcript.started_at / 1000 * 1000).ok().map(|created| {
        format!(r#"<dcterms:created xsi:type="dcterms:W3CDTF">{created}</dcterms:created>"#)
    });
    let created = created.unwrap_or_default();
    format!(
        r#"<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title>{created}</cp:coreProperties>"#
    )
}

fn document(transcript: &Transcript) -> String {
    let (title, day) = head(transcript);
    let mut body = String::new();
    body.extend(title.map(|title| paragraph(Some("Title"), &run(None, &title))));
    body.extend(day.map(|day| paragraph(Some("Subtitle"), &run(None, &day))));
    for piece in pieces(transcript) {
        body.push_str(&match piece {
            Piece::Turn(turn) => {
                let time = run(Some("Time"), &format!("[{}]", short(turn.from)));
                let by = turn.spoken_by().map(|name| run(Some("Speaker"), &format!(" {name}:")));
                let text = run(None, &format!(" {}", one_line(turn.shown())));
                paragraph(None, &(time + &by.unwrap_or_default() + &text))
            }
            Piece::Pause(pause) => {
                paragraph(Some("Gap"), &run(None, &format!("[{}]", pause.words())))
            }
            Piece::Bookmark(bookmark) => {
                let time = run(Some("Time"), &format!("[{}]", short(bookmark.at)));
                paragraph(Some("Bookmark"), &(time + &run(None, &format!(" {}", bookmark.words()))))
            }
            Piece::Gap(gap) => paragraph(Some("Gap"), &run(None, &format!("[{}]", gap_line(gap)))),
        });
    }
    format!(
        r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}{SECTION}</w:body></w:document>"#
    )
}

fn paragraph(style: Option<&str>, runs: &str) -> String {
    let style = style.map(|style| format!(r#"<w:pPr><w:pStyle w:val="{style}"/></w:pPr>"#));
    format!("<w:p>{}{runs}</w:p>", style.unwrap_or_default())
}

fn run(style: Option<&str>, text: &str) -> String {
    let style = style.map(|style| format!(r#"<w:rPr><w:rStyle w:val="{style}"/></w:rPr>"#));
    let text = escaped(text);
    format!(r#"<w:r>{}<w:t xml:space="preserve">{text}</w:t></w:r>"#, style.unwrap_or_default())
}

/// The two that XML has no way to spell are left out; control characters are gone by now.
fn escaped(text: &str) -> String {
    let text = text.replace(['\u{fffe}', '\u{ffff}'], "");
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
