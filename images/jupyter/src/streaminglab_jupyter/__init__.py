"""What the Jupyter image adds to JupyterLab: its start, its password, the data of the course."""
