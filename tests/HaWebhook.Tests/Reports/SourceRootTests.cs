using HaWebhook.Checking.Reports;

namespace HaWebhook.Tests.Reports;

public sealed class SourceRootTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ha-webhook-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_root_is_the_repository_around_whether_its_git_is_a_folder_or_a_file(bool isFolder)
    {
        var deploy = Directory.CreateDirectory(Path.Combine(_folder, "deploy", "shop")).FullName;
        if (isFolder)
        {
            Directory.CreateDirectory(Path.Combine(_folder, ".git"));
        }
        else
        {
            File.WriteAllText(Path.Combine(_folder, ".git"), "gitdir: elsewhere\n");
        }

        Assert.Equal(("deploy/shop/a.yaml", true), SourceRoot.Around(deploy).UriOf(Path.Combine(deploy, "a.yaml")));
    }

    [Fact]
    public void Without_a_repository_it_is_the_folder_itself() =>
        Assert.Equal("a.yaml", SourceRoot.Around(_folder).PathOf(Path.Combine(_folder, "a.yaml")));

    [Fact]
    public void A_name_that_begins_like_the_root_does_not_lie_below_it() =>
        Assert.Equal(("file:///repository-2/a.yaml", false), new SourceRoot("/repository").UriOf("/repository-2/a.yaml"));

    [Theory]
    [InlineData("/repository/./x/../a.yaml", "a.yaml")]
    [InlineData("/repository/a:b\\c.yaml", "a%3Ab%5Cc.yaml")]
    public void A_path_becomes_an_address(string path, string address) =>
        Assert.Equal((address, true), new SourceRoot("/repository").UriOf(path));

    [Fact]
    public void The_root_of_the_file_system_can_be_the_root() => Assert.Equal("etc/a.yaml", new SourceRoot("/").PathOf("/etc/a.yaml"));
}
