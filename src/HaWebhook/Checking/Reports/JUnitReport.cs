using System.Globalization;
using System.Text;
using System.Xml;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Checking.Reports;

/// <summary>
/// Writes a check as JUnit XML, the way GitLab and Jenkins read it. A file is a suite; an object and a rule that found something in
/// it are a test case, and so is an object in which nothing was found. GitLab shows the text of an element and no attribute of it,
/// and tells cases apart by their names: each name says all and is there once.
/// </summary>
internal sealed class JUnitReport(ReportContext context) : IReport
{
    private static readonly XmlWriterSettings _settings = new()
    {
        Indent = true,
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        NewLineChars = "\n",
        CloseOutput = false,
    };

    public void Write(CheckResult result, Stream output)
    {
        var suites = JUnitSuite.Of(result, Fails, context.Root.PathOf);
        using (var xml = XmlWriter.Create(output, _settings))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteAttributeString("name", "ha-webhook");
            WriteCounts(xml, [.. suites.SelectMany(suite => suite.Cases)]);
            foreach (var suite in suites)
            {
                Write(xml, suite);
            }

            xml.WriteEndElement();
        }

        output.Write("\n"u8);
    }

    /// <summary>A denial is a failure whatever the exit code makes of it; less than that is one where it makes the run fail.</summary>
    private bool Fails(Finding finding) =>
        finding.Action == ValidationAction.Deny || (context.FailOn != ValidationAction.Off && finding.Action >= context.FailOn);

    private static void Write(XmlWriter xml, JUnitSuite suite)
    {
        var file = Clean(suite.File);
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", file);
        WriteCounts(xml, suite.Cases);
        foreach (var test in suite.Cases)
        {
            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("classname", test.Rule.Length == 0 ? "ha-webhook" : $"ha-webhook.{test.Rule}");
            xml.WriteAttributeString("name", Clean(test.Name));
            xml.WriteAttributeString("file", file);
            if (ElementOf(test.Outcome) is { } element)
            {
                xml.WriteStartElement(element);
                if (element != "system-out")
                {
                    xml.WriteAttributeString("message", Clean(test.Message));
                }

                xml.WriteString(Clean(test.Text));
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter xml, IReadOnlyList<JUnitCase> cases)
    {
        void Count(string attribute, JUnitOutcome outcome) =>
            xml.WriteAttributeString(attribute, cases.Count(test => test.Outcome == outcome).ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("tests", cases.Count.ToString(CultureInfo.InvariantCulture));
        Count("failures", JUnitOutcome.Failed);
        Count("errors", JUnitOutcome.Unreadable);
        Count("skipped", JUnitOutcome.Skipped);
    }

    private static string? ElementOf(JUnitOutcome outcome) => outcome switch
    {
        JUnitOutcome.Failed => "failure",
        JUnitOutcome.Unreadable => "error",
        JUnitOutcome.Skipped => "skipped",
        JUnitOutcome.Noted => "system-out",
        _ => null,
    };

    /// <summary>XML has no way to write a control character, and the writer refuses to try.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? "?" : rune.ToString());
        }

        return clean.ToString();
    }
}
