using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HaWebhook.Auditing;
using HaWebhook.Auditing.Html;

namespace HaWebhook.Browser.Tests;

/// <summary>The file by itself, without a browser.</summary>
public class HtmlReportTests
{
    private const string DataStart = "<script type=\"application/json\" id=\"data\">";

    [Fact]
    public void HostileNames_StandInTheDataAsJson_WithoutAnythingThatMeansSomethingInHtml()
    {
        var data = DataOf(Write(Variations.Hostile()));

        Assert.DoesNotContain(data, character => character is '<' or '>' or '&' or '\'' or '`' or < ' ' or > '~');
        using var json = JsonDocument.Parse(data);
        var texts = json.RootElement.GetProperty("strings").EnumerateArray().Select(text => text.GetString()).ToHashSet();
        Assert.All(Variations.HostileNames.Where(name => !name.Contains("surrogate", StringComparison.Ordinal)), name => Assert.Contains(name, texts));
        Assert.Contains("lone \ufffd surrogate", texts);
    }

    [Fact]
    public void HostileNames_ChangeNothingButTheData()
    {
        var (hostile, sample) = (Write(Variations.Hostile()), Write(SampleCluster.Report()));

        Assert.Equal(sample.Replace(DataOf(sample), "", StringComparison.Ordinal), hostile.Replace(DataOf(hostile), "", StringComparison.Ordinal));
    }

    [Fact]
    public void SecurityPolicy_AllowsTheStyleAndTheScriptByTheirHashes_AndNothingElse()
    {
        var page = Write(SampleCluster.Report());

        var policy = $"default-src 'none'; script-src '{Hash(Between(page, "</script>\n<script>", "</script>"))}'; "
            + $"style-src '{Hash(Between(page, "<style>", "</style>"))}'; base-uri 'none'; form-action 'none'";
        Assert.Contains($"<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_NamesNoOtherPlace()
    {
        var page = Write(SampleCluster.Report());
        var own = page.Replace(DataOf(page), "", StringComparison.Ordinal).Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal);

        Assert.DoesNotContain("//", string.Join('\n', own.Split('\n').Where(line => line.Contains("http", StringComparison.OrdinalIgnoreCase))), StringComparison.Ordinal);
        Assert.All(["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "url(", "@import", " src="], word =>
            Assert.DoesNotContain(word, own, StringComparison.Ordinal));
    }

    [Fact]
    public void SameReport_GivesTheSameBytes() => Assert.Equal(Write(SampleCluster.Report()), Write(SampleCluster.Report()));

    [Fact]
    public void TenThousandWorkloads_WithTextsOfTheirOwn_TakeLessThanTwentyMebibytes()
    {
        var page = Write(Variations.Large(10_000));

        using var json = JsonDocument.Parse(DataOf(page));
        Assert.Equal(10_000, json.RootElement.GetProperty("rows").GetArrayLength());
        Assert.Equal(0, json.RootElement.GetProperty("leftOut").GetProperty("rows").GetInt32());
        Assert.InRange(page.Length, 5 << 20, 20 << 20);
    }

    [Theory]
    [InlineData(1 << 20, 30_000)]
    [InlineData(16 << 20, 500)]
    public void PageThatIsFull_LeavesTheBestOut_AndSaysSo(int textBytes, int objects)
    {
        var report = Variations.Large(3_000);
        using var json = JsonDocument.Parse(DataOf(Write(report, new(textBytes, objects))));

        var rows = json.RootElement.GetProperty("rows").EnumerateArray().ToList();
        Assert.InRange(rows.Count, 200, 2_999);
        Assert.Equal(3_000 - rows.Count, json.RootElement.GetProperty("leftOut").GetProperty("rows").GetInt32());
        var weights = rows.Select(row => row.GetProperty("v").EnumerateArray().Count(verdict => verdict[0].GetInt32() == 3)).ToList();
        Assert.Equal(weights.OrderDescending(), weights);
        Assert.Equal(3_000, json.RootElement.GetProperty("summary").GetProperty("workloads").GetInt32());
    }

    [Fact]
    public void TextWithoutEnd_IsCut()
    {
        var sample = SampleCluster.Report();
        var report = sample with { Objects = [sample.Objects[0] with { Team = new string('x', 1 << 20) }] };

        Assert.InRange(Write(report).Length, 50_000, 200_000);
    }

    private static string Write(AuditReport report, HtmlLimits? limits = null)
    {
        using var output = new MemoryStream();
        new HtmlReport(limits ?? HtmlLimits.Default).Write(report, output);
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(output.ToArray());
    }

    private static string DataOf(string page) => Between(page, DataStart, "</script>");

    private static string Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    private static string Hash(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
}
